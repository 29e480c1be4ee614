/** Words for choices and fields. */

export const EVENTS = { 1: "接入", 2: "走访拜访", 3: "电话拜访", 4: "签约", 5: "售后" } as const;
export const SEXES = { 0: "未知", 1: "男", 2: "女" } as const;

export const KINDS = {
  follow: "跟进",
  demand: "需求",
  satisfy: "满意度",
  contract: "合同",
  plan: "计划",
  change: "资料",
} as const;

/** Kinds of records, as the API names them in histories and logs. */
export const RECORDS = {
  customers: "客户",
  organization: "单位",
  follow: "跟进",
  demand: "需求",
  satisfy: "满意度",
  contract: "合同",
  plan: "计划",
  user: "员工",
  menu: "菜单",
} as const;
export type RecordKind = keyof typeof RECORDS;
/** Those that can be deleted: the others are hidden or disabled. */
export const DELETED = ["contract", "follow", "demand", "satisfy", "plan", "menu"] as const satisfies RecordKind[];

export const AREAS = {
  customers: "客户和单位",
  record: "跟进、需求和计划",
  feedback: "满意度",
  contract: "合同",
  stats: "统计",
  export: "导出",
  import: "导入",
} as const;

export const ROLES = { staff: "员工", admin: "管理员" } as const;

export const ACTIONS = { create: "新建", edit: "修改", delete: "删除", restore: "恢复", rename: "单位改名" } as const;

/** How satisfied somebody is who says a number from -10 to 10. */
export function satisfaction(value: number): string {
  if (value <= -6) return "很不满意";
  if (value < 0) return "不满意";
  if (value === 0) return "一般";
  return value < 6 ? "满意" : "很满意";
}
