/** The one way to the API: the types of its own reference, what was lost is sent again, and who was signed out signs in again. */
import createClient from "openapi-fetch";
import type { components, paths } from "../api";
import { signInAgain } from "./session-lost";

/** The event that something was refused which the page had offered. */
export const FORBIDDEN = "forbidden";

export type Schemas = components["schemas"];
/** The rows of a list, and how many there are. */
export interface Rows<Row> {
  data: Row[];
  page_info: { total: number; page: number; count: number };
}

/** The API has refused. `message` is fit to be shown. */
export class Refused extends Error {
  constructor(
    readonly failure: Schemas["Failure"],
    readonly status: number,
  ) {
    super(failure.msg);
  }

  get code(): string {
    return this.failure.code;
  }
}

/** No answer has come. Whether it was done is not known; sent again under the same key it is done once. */
export class Unreachable extends Error {
  constructor() {
    super("连不上网络");
  }
}

/** How often something is sent again, and after how many milliseconds at first. */
const AGAIN = 2;
const PAUSE = 400;
/** What a server says that would answer a little later. */
const BUSY = [429, 502, 503, 504];

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function send(request: Request): Promise<Response> {
  const mayRepeat = request.method === "GET" || request.headers.has("Idempotency-Key");
  for (let attempt = 0; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(request.clone());
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (!mayRepeat || attempt >= AGAIN) throw new Unreachable();
      await pause(PAUSE * 2 ** attempt);
      continue;
    }
    if (response.status === 401 && !isAboutSession(request) && (await signInAgain())) continue;
    if (BUSY.includes(response.status) && mayRepeat && attempt < AGAIN) {
      await pause(PAUSE * 2 ** attempt);
      continue;
    }
    return response;
  }
}

/** Signing in and out are acts of their own. */
function isAboutSession({ url }: Request): boolean {
  return url.endsWith("/api/user/login") || url.endsWith("/api/user/logout");
}

export const client = createClient<paths>({ baseUrl: location.origin, fetch: send });

/** What went well, or a thrown {@link Refused} or {@link Unreachable}. */
export async function ok<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok && data !== undefined) return data;
  const refused = new Refused(isFailure(error) ? error : gateway(response.status), response.status);
  if (refused.code === "forbidden") dispatchEvent(new Event(FORBIDDEN));
  throw refused;
}

function isFailure(error: unknown): error is Schemas["Failure"] {
  return typeof error === "object" && error !== null && "msg" in error && "code" in error;
}

/** What the gateway itself says has no envelope. */
function gateway(status: number): Schemas["Failure"] {
  const msg = status === 429 ? "请求太多，请稍后再试" : "服务器暂时没有应答，请稍后再试";
  return { status: 1, code: "gateway", msg, request_id: "" };
}

/** A key that nobody else has. `crypto.randomUUID` is not there on a phone that looks at a `scripts/dev` over plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The header of a write that is done once, however often it is sent. */
export const once = (key: string) => ({ header: { "Idempotency-Key": key } });
