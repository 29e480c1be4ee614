/** Who is signed in. The browser keeps the session in a cookie that no script can read. */
import { computed, shallowRef } from "vue";
import { FORBIDDEN, Refused, client, ok, type Schemas } from "./client";
import { beginSession, goOn, lose } from "./session-lost";

export type Area = Schemas["Me"]["areas"][number];

/** The employee; null if nobody is signed in, undefined while that is not known. */
export const me = shallowRef<Schemas["Me"] | null>();
export const isAdmin = computed(() => me.value?.role === "admin");
export const mayEnter = (area: Area) => me.value?.areas.includes(area) ?? false;

/** That somebody is signed in in this browser. Where nobody is, nobody need be asked for. */
const MARK = "signed-in";

/** Tells other tabs of this browser. */
const tabs = new BroadcastChannel("session");

tabs.onmessage = ({ data }: MessageEvent<"out" | number>) => {
  if (!me.value) {
    if (data !== "out") location.reload();
  } else if (data === "out") {
    lose();
  } else if (data === me.value.user_id) {
    goOn();
  } else {
    location.reload();
  }
};

// Somebody's rights have changed since the page began: from now on it offers what they may do.
addEventListener(FORBIDDEN, () => {
  // What does not come now is asked for at the next refusal.
  if (me.value) findOut().catch(() => {});
});

/** Finds out who is signed in. */
export async function findOut(): Promise<void> {
  if (!localStorage.getItem(MARK)) {
    me.value = null;
    return;
  }
  try {
    me.value = (await ok(client.GET("/api/user/me"))).data;
    beginSession();
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    me.value = null;
  }
}

/** Signs in. If it is somebody else than before, the page begins anew: what is open is not theirs. */
export async function signIn(phoneNumber: string, password: string): Promise<void> {
  const body: Schemas["LoginRequest"] = { phoneNumber, password };
  const { user_id } = (await ok(client.POST("/api/user/login", { body }))).data;
  localStorage.setItem(MARK, "yes");
  tabs.postMessage(user_id);
  if (me.value && me.value.user_id !== user_id) return location.reload();
  if (!me.value) await findOut();
  goOn();
}

/** Signs out here, or everywhere. */
export async function signOut(everywhere: boolean): Promise<void> {
  const body: Schemas["LogoutEverywhere"] | Schemas["LogoutHere"] = everywhere
    ? { phoneNumber: me.value?.phoneNumber ?? "" }
    : { only_this: true };
  try {
    await ok(client.POST("/api/user/logout", { body }));
  } catch (error) {
    // Who has no session any more is signed out already.
    if (!(error instanceof Refused) || error.status !== 401) throw error;
  }
  localStorage.removeItem(MARK);
  tabs.postMessage("out");
  location.hash = "#/";
  location.reload();
}

/** The accounts of the demo data, on a machine where there are some. */
export function demoAccounts(): { name: string; phoneNumber: string; password: string }[] {
  const told = document.querySelector<HTMLMetaElement>('meta[name="demo-accounts"]');
  return told ? JSON.parse(told.content) : [];
}
