/** What a person reads when something does not come. */
import { Refused, Unreachable } from "../api/client";

export function reason(error: unknown): { title: string; detail: string } {
  if (error instanceof Unreachable) return { title: "连不上网络", detail: "请检查网络，然后再试一次" };
  if (error instanceof Refused) {
    const id = error.failure.request_id;
    return { title: error.message, detail: error.status >= 500 && id ? `请求编号 ${id}` : "" };
  }
  return { title: "页面出了问题", detail: "请再试一次" };
}
