/** Files: announced to the API, then sent past it to where they are kept. */
import { client, newKey, ok, once, Unreachable, type Schemas } from "../api/client";

/** What a dialog of the system offers. The API says what may be sent. */
export const OFFERED =
  "image/*,.heic,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv,.zip,audio/mpeg,audio/mp4,audio/amr,video/mp4,video/quicktime";

/** Where a file is sent, and what goes before it. */
type Form = Pick<Schemas["Upload"], "url" | "fields">;

/** Sends a file, and answers the address under which it stays. `shown` is told which share of it has been sent. */
export async function upload(file: File, shown: (share: number) => void, signal: AbortSignal): Promise<string> {
  const body = { name: file.name, size: file.size, content_type: file.type || "application/octet-stream" };
  const { data } = await ok(client.POST("/api/file/file", { params: once(newKey()), body, signal }));
  await send(data.upload, file, shown, signal);
  return data.url;
}

export function send({ url, fields }: Form, file: File, shown: (share: number) => void, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    // `fetch` does not tell how much has been sent.
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = ({ loaded, total }) => shown(loaded / total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new NotKept()));
    request.onerror = () => reject(new Unreachable());
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** The file was refused where files are kept: it has changed while it was sent, or took longer than ten minutes. */
export class NotKept extends Error {
  constructor() {
    super("文件没有传完，请再试一次");
  }
}

/** Whether a file is kept by us. What lies elsewhere is a link and never loaded. */
export const isOurs = (url: string) => url.startsWith(`${location.origin}/api/file/`);

/** The name at the end of an address. */
export function fileName(url: string): string {
  try {
    const { hostname, pathname } = new URL(url);
    return decodeURIComponent(pathname.split("/").pop() ?? "") || hostname;
  } catch {
    return "文件";
  }
}

/** Whether it is a picture, by its name: the server decides by its content what is shown. */
export const isPicture = (url: string) => /\.(png|jpe?g|gif|webp)$/i.test(fileName(url));
