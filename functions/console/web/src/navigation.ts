/** Where one can go, for those who may enter. */
import { computed } from "vue";
import { isAdmin, mayEnter, type Area } from "./api/session";

export interface Place {
  to: string;
  name: string;
  icon: "today" | "customers" | "organizations" | "follows" | "demands" | "satisfaction" | "contracts" | "transfers" | "stats" | "manage";
  /** Who may enter one of them may go there; without any, admins. */
  areas: Area[];
}

const PLACES: Place[] = [
  { to: "/today", name: "今天", icon: "today", areas: ["record"] },
  { to: "/customers", name: "客户", icon: "customers", areas: ["customers"] },
  { to: "/organizations", name: "单位", icon: "organizations", areas: ["customers"] },
  { to: "/follows", name: "跟进", icon: "follows", areas: ["record"] },
  { to: "/demands", name: "需求", icon: "demands", areas: ["record"] },
  { to: "/satisfaction", name: "满意度", icon: "satisfaction", areas: ["feedback"] },
  { to: "/contracts", name: "合同", icon: "contracts", areas: ["contract"] },
  { to: "/stats", name: "统计", icon: "stats", areas: ["stats"] },
  { to: "/transfers", name: "导入导出", icon: "transfers", areas: ["import", "export"] },
  { to: "/manage", name: "管理", icon: "manage", areas: [] },
];

export const places = computed(() => PLACES.filter(({ areas }) => (areas.length ? areas.some(mayEnter) : isAdmin.value)));
export const mayGo = (to: string) => places.value.some((place) => place.to === to);
