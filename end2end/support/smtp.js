/**
 * A mail server that is not ours, for the tests of mail delivery: smtp-server takes the mail,
 * postal-mime reads it, and every event is a line of JSON on standard output. It listens on
 * 127.0.0.1, on a port that it names first, and ends with its standard input.
 *
 * The one argument is JSON: `tls` (none, starttls or tls), `key` and `cert` in PEM, `user` and
 * `password` where a login is asked for, `port` to listen on a certain one.
 *
 * How it behaves follows the recipient: gone@ is refused, busy@ put off once, silent@ never
 * answered, spam@ refused after the text, held@ received once without an answer until a line comes
 * in on standard input. Everybody else gets their mail.
 */
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";
import PostalMime from "postal-mime";

const options = JSON.parse(process.argv[2] ?? "{}");
const once = new Set();
const held = [];

const tell = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
const first = (address) => !once.has(address) && once.add(address);
const refusal = (responseCode, text) => Object.assign(new Error(text), { responseCode });

const server = new SMTPServer({
  secure: options.tls === "tls",
  hideSTARTTLS: options.tls !== "starttls",
  ...(options.cert && { key: options.key, cert: options.cert }),
  authOptional: !options.user,
  disabledCommands: options.user ? [] : ["AUTH"],
  allowInsecureAuth: options.tls === "none",
  disableReverseLookup: true,
  onAuth({ username, password }, session, answer) {
    if (username === options.user && password === options.password) {
      return answer(null, { user: username });
    }
    tell("login refused", { username });
    answer(refusal(535, "5.7.8 wrong"));
  },
  onConnect(session, answer) {
    tell("connected");
    answer();
  },
  onRcptTo({ address }, session, answer) {
    const [name] = address.split("@");
    tell("recipient", { to: address });
    if (name === "gone") return answer(refusal(550, `5.1.1 <${address}> unknown`));
    if (name === "busy" && first(address)) return answer(refusal(451, `4.3.2 <${address}> later`));
    if (name === "silent") return tell("silent");
    answer();
  },
  async onData(stream, session, answer) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const { headers, subject, text, html, messageId } = await PostalMime.parse(raw);
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const take = () => {
      tell("message", {
        from: session.envelope.mailFrom.address,
        to,
        hello: session.hostNameAppearsAs,
        secure: session.secure,
        user: session.user ?? null,
        headers,
        subject,
        text,
        html,
        messageId,
        raw: raw.toString("latin1"),
      });
      answer(null, `2.0.0 ${to} has it`);
    };
    if (to[0].startsWith("spam@")) return answer(refusal(554, `5.7.1 not for ${to}`));
    if (to[0].startsWith("held@") && first(to[0])) {
      held.push(take);
      return tell("held", { messageId });
    }
    take();
  },
  onClose() {
    tell("closed");
  },
});
// A handshake that the other side breaks off, or a connection that dies: what it is about.
server.on("error", (error) => tell("error", { message: error.message }));
server.listen(options.port ?? 0, "127.0.0.1", () => tell("listening", { port: server.server.address().port }));

createInterface({ input: process.stdin })
  .on("line", () => held.splice(0).forEach((take) => take()))
  .on("close", () => process.exit(0));
