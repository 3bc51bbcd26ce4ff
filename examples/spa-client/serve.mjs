/** Serves the page: three files, and where Latchkey is. Any static host does as well. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const issuer = process.env.LATCHKEY_ISSUER ?? "http://localhost:8080";
const clientId = process.env.CLIENT_ID;
const [host, port] = (process.env.APP_ADDRESS ?? "127.0.0.1:5002").split(":");
if (!clientId) throw new Error("CLIENT_ID isn't set: register the page as a public client first");

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const files = {
  "/": ["text/html", here("index.html")],
  "/app.js": ["text/javascript", here("app.js")],
  "/oauth4webapi.js": ["text/javascript", fileURLToPath(import.meta.resolve("oauth4webapi"))],
};

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://here");
  if (pathname === "/settings.json") {
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify({ issuer, clientId }));
  }
  const [kind, path] = files[pathname] ?? [];
  if (!path) return response.writeHead(404).end();
  response.setHeader("content-type", kind);
  response.end(await readFile(path));
}).listen(Number(port), host, () => console.log(`http://${host}:${port}`));
