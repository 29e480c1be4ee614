/** What every story begins with: a page that must stay quiet, an employee who is signed in, and records to work with. */
import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test as base, expect, type APIRequestContext, type Page } from "@playwright/test";

export { expect };

export const ADMIN = { phoneNumber: "18888888888", password: "local-admin" };
export const STAFF = { phoneNumber: "18288268391", password: "local-staff" };

/** A picture of 2 by 2 points. */
export const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGNQDTsJRAwQCgAg7gURf47FFAAAAABJRU5ErkJggg==",
  "base64",
);

/** A name that no other story has. */
export function unique(name: string): string {
  return `${name}${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
}

/** A mobile number that nobody has. */
export function uniquePhone(): string {
  return `199${String(Date.now()).slice(-5)}${String(Math.floor(Math.random() * 1000)).padStart(3, "0")}`;
}

/** Calls of the API beside the page, in the session of whoever is signed in there. */
export class Api {
  constructor(readonly request: APIRequestContext) {}

  async signIn(who: { phoneNumber: string; password: string }) {
    return this.post("/api/user/login", who);
  }

  async post(path: string, body: object): Promise<{ data: { id: number } & Record<string, never> }> {
    const response = await this.request.post(path, { data: body });
    const answer = await response.json();
    expect(answer, path).toMatchObject({ status: 0 });
    return answer;
  }

  async get(path: string): Promise<{ data: Record<string, unknown>[]; page_info: { total: number } }> {
    return (await this.request.get(path)).json();
  }

  async organization(groupName = unique("测试单位")) {
    const { data } = await this.post("/api/customers/organization", { groupName, groupDetail: "云南昆明" });
    return { id: data.id, name: groupName };
  }

  async customer(more: object = {}) {
    const name = unique("测试客户");
    const { data } = await this.post("/api/customers/customers", { nickName: name, ...more });
    return { id: data.id, name };
  }
}

interface Fixtures {
  /** Whether requests of the story are refused or lost, which browsers write to the console. */
  refusals: boolean;
  /** Who is signed in when the story begins, if anybody. */
  who: typeof ADMIN | null;
  /** Whether it waits for others like it: an erasure deletes the files of all imports and exports. */
  alone: boolean;
  turn: void;
  api: Api;
  quiet: void;
}

export const test = base.extend<Fixtures>({
  refusals: [false, { option: true }],
  who: [STAFF, { option: true }],
  alone: [false, { option: true }],
  turn: [
    async ({ alone }, use, { project }) => {
      if (!alone) return use();
      const lock = join(project.outputDir, "alone");
      await mkdir(project.outputDir, { recursive: true });
      const isTaken = () => mkdir(lock).then(() => false, () => true);
      while (await isTaken()) await setTimeout(200);
      await use();
      await rmdir(lock);
    },
    { auto: true, timeout: 600_000 },
  ],
  api: async ({ page, who }, use) => {
    const api = new Api(page.request);
    if (who) await api.signIn(who);
    await use(api);
  },
  quiet: [
    async ({ context, api, who, refusals }, use) => {
      void api;
      const said: string[] = [];
      const listen = (page: Page) => {
        page.on("console", (message) => {
          const text = message.text();
          if (refusals && text.startsWith("Failed to load resource")) return;
          if (["error", "warning"].includes(message.type())) said.push(text);
        });
        page.on("pageerror", (error) => said.push(error.message));
      };
      context.pages().forEach(listen);
      context.on("page", listen);
      await context.addInitScript((isSignedIn) => {
        if (!location.protocol.startsWith("http")) return;
        if (isSignedIn && !sessionStorage.getItem("begun")) {
          sessionStorage.setItem("begun", "yes");
          localStorage.setItem("signed-in", "yes");
        }
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
          console.error(`CSP: ${violatedDirective} ${blockedURI} ${sample}`),
        );
      }, who !== null);
      await use();
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
export const field = (page: Page, name: string) => page.getByRole("textbox", { name });
export const form = (page: Page, name: string) => page.getByRole("dialog", { name });

/** Chooses what has a name in a field that looks for names. */
export async function choose(page: Page, field: string, text: string, within: Pick<Page, "getByRole"> = page) {
  await within.getByRole("combobox", { name: field }).fill(text);
  await page.getByRole("option", { name: text }).first().click();
}

/** Says that it was done. */
export async function saved(page: Page, text = "已保存") {
  await expect(page.getByRole("alert").filter({ hasText: text }).first()).toBeVisible();
}
