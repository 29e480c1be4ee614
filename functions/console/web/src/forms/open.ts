/** Which form is open, over whatever screen. */
import { shallowRef } from "vue";
import type { Schemas } from "../api/client";

/** Whom a new record is about. */
export interface About {
  id: number;
  name: string;
  organization: string;
}

export type OpenForm =
  | { kind: "customer"; row?: Schemas["CustomerRow"]; organization?: { id: number; name: string } }
  | { kind: "organization"; row?: Schemas["OrganizationRow"] }
  | { kind: "upload"; about?: About }
  | { kind: "follow"; row: Schemas["FollowRow"] }
  | { kind: "demand"; row: Schemas["DemandRow"] }
  | { kind: "satisfy"; row?: Schemas["SatisfactionRow"]; about?: About }
  | { kind: "contract"; row?: Schemas["ContractRow"]; organization?: { id: number; name: string } }
  | { kind: "password" };

export const form = shallowRef<OpenForm>();

export function open(which: OpenForm) {
  form.value = which;
}

export function close() {
  form.value = undefined;
}
