/** Where one can go, for those who may enter. */
import { computed } from "vue";
import { me, type Area } from "./api/session";

export interface Place {
  to: string;
  name: string;
  icon: "today" | "customers" | "organizations" | "follows" | "demands" | "satisfaction" | "contracts";
  area: Area;
}

const PLACES: Place[] = [
  { to: "/today", name: "今天", icon: "today", area: "record" },
  { to: "/customers", name: "客户", icon: "customers", area: "customers" },
  { to: "/organizations", name: "单位", icon: "organizations", area: "customers" },
  { to: "/follows", name: "跟进", icon: "follows", area: "record" },
  { to: "/demands", name: "需求", icon: "demands", area: "record" },
  { to: "/satisfaction", name: "满意度", icon: "satisfaction", area: "feedback" },
  { to: "/contracts", name: "合同", icon: "contracts", area: "contract" },
];

export const places = computed(() => PLACES.filter(({ area }) => me.value?.areas.includes(area)));
export const mayGo = (to: string) => places.value.some((place) => place.to === to);
