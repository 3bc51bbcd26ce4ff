import { randomUUID } from "node:crypto";

/** Whom `cargo xtask test` makes an administrator of each server. */
export const ADMINISTRATOR = {
  email: "administrator@example.com",
  password: "seven quiet lanterns by the river",
};

/** Somebody at a browser: an address, a name, a password, and the verbs of a journey. */
export class Person {
  /** `scripts` says whether the browser runs JavaScript. */
  constructor(page, { scripts, email, name = "Ada Lovelace", password } = {}) {
    this.page = page;
    this.scripts = scripts;
    this.email = email ?? `ada.${randomUUID().slice(0, 13)}@example.com`;
    this.name = name;
    this.password = password ?? "seven quiet lanterns by the river";
  }

  /** The same person at another browser. */
  at(page) {
    return new Person(page, { ...this });
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Waits until the islands take what is typed. */
  async ready() {
    if (this.scripts) {
      const ready = this.page.locator("html[data-awake], html:not(:has(leptos-island))");
      await ready.waitFor({ state: "attached" });
    }
  }

  async visit(path) {
    const response = await this.page.goto(path);
    await this.ready();
    return response;
  }

  async fill(values) {
    await this.ready();
    for (const [label, value] of Object.entries(values)) {
      await this.field(label).fill(value);
    }
  }

  async press(name) {
    await this.ready();
    await this.button(name).click();
  }

  async arriveAt(path) {
    await this.page.waitForURL((url) => url.pathname === path);
    await this.ready();
  }

  /** Fills in the sign-up form and sends it. */
  async askForAccount({ email = this.email, name = this.name, password = this.password } = {}) {
    await this.visit("/signup");
    await this.fill({ Email: email, Name: name, Password: password });
    await this.press("Create account");
  }

  async signUp(form) {
    await this.askForAccount(form);
    await this.arriveAt("/signup/check-email");
  }

  /** The mails to `address`, newest first. Leaves the page at the outbox. */
  async mailTo(address = this.email) {
    await this.visit(`/dev/outbox?to=${encodeURIComponent(address)}`);
    const articles = this.page.getByRole("article").filter({ hasText: address });
    return Promise.all(
      (await articles.all()).map(async (article) => ({
        text: await article.innerText(),
        link: await article.getByRole("link").getAttribute("href"),
      })),
    );
  }

  /** The link of the newest mail to this person. */
  async newestLink() {
    const [mail] = await this.mailTo();
    return mail.link;
  }

  async confirm() {
    await this.visit(await this.newestLink());
    await this.press("Confirm email");
  }

  /** From nothing to a signed-in account. */
  async register() {
    await this.signUp();
    await this.confirm();
    await this.arriveAt("/account");
  }

  /** Fills in the sign-in form where it stands and sends it. */
  async trySignIn({ email = this.email, password = this.password, stay = false } = {}) {
    await this.fill({ Email: email, Password: password });
    await this.field("Stay signed in").setChecked(stay);
    await this.press("Sign in");
  }

  async signIn(form) {
    await this.visit("/login");
    await this.trySignIn(form);
    await this.arriveAt("/account");
  }

  async signOut() {
    await this.press("Sign out");
    await this.arriveAt("/");
  }

  /** The entry of a browser on the sessions page. */
  session(browser) {
    return this.page.getByRole("main").getByRole("listitem").filter({ hasText: browser });
  }
}
