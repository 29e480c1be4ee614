/** Employees as choices. */
import type { Schemas } from "../api/client";
import { me } from "../api/session";
import { personName } from "../format";
import type { Option } from "../parts/options";

export function known(persons: Schemas["Person"][]): Option[] {
  return persons.map((person) => ({ value: person.user_id, label: personName(person) }));
}

/** Who is signed in: whoever writes something down was mostly there. */
export function myself(): Option[] {
  return me.value ? [{ value: me.value.user_id, label: personName(me.value) }] : [];
}
