/** Which form is open, over whatever screen. */
import { shallowRef } from "vue";
import type { Schemas } from "../api/client";
import type { RecordKind } from "../labels";

/** Whom a new record is about. */
export interface About {
  id: number;
  name: string;
  organization: string;
}

/** A list that is taken out as a file, and its filters. */
export interface ExportOf {
  kind: Schemas["ExportRequest"]["kind"];
  label: string;
  filters: object;
  total?: number;
}

export type OpenForm =
  | { kind: "customer"; row?: Schemas["CustomerRow"]; organization?: { id: number; name: string } }
  | { kind: "organization"; row?: Schemas["OrganizationRow"] }
  | { kind: "upload"; about?: About }
  | { kind: "follow"; row: Schemas["FollowRow"] }
  | { kind: "demand"; row: Schemas["DemandRow"] }
  | { kind: "satisfy"; row?: Schemas["SatisfactionRow"]; about?: About }
  | { kind: "contract"; row?: Schemas["ContractRow"]; organization?: { id: number; name: string } }
  | { kind: "password" }
  | { kind: "import"; job?: number }
  | { kind: "export"; of: ExportOf }
  | { kind: "employee"; row?: Schemas["EmployeeRow"] }
  | { kind: "new-password" | "handover"; row: Schemas["EmployeeRow"] }
  | { kind: "menu"; row?: Schemas["MenuRow"] }
  | { kind: "erase"; row: Schemas["CustomerRow"] }
  | { kind: "grant"; row: Schemas["EmployeeMenus"] }
  | { kind: "history"; of: RecordKind; id: number; title: string };

export const form = shallowRef<OpenForm>();

export function open(which: OpenForm) {
  form.value = which;
}

export function close() {
  form.value = undefined;
}
