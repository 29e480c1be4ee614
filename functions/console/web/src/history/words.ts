/** The words for the fields of records. What has none is not shown: it says nothing to people. */
import type { RecordKind } from "../labels";

type Words = Record<string, string>;

const WORDS: Words = {
  nickName: "昵称",
  realName: "姓名",
  phoneNumber: "手机号",
  organization: "单位",
  customers_group: "单位",
  job: "职务",
  sex: "性别",
  avatar: "头像",
  headImageUrl: "头像",
  owner: "负责人",
  status: "状态",
  groupName: "单位名称",
  groupDetail: "单位详情",
  customers: "客户",
  recordTime: "时间",
  event: "做了什么",
  gain: "收获",
  content: "需求",
  value: "满意度",
  note: "备注",
  attach: "附件",
  follower: "关于谁",
  operator: "记录人",
  name: "合同名称",
  code: "合同编号",
  amount: "合同金额",
  sign_time: "签约时间",
  remit_amount: "打款金额",
  remit_time: "打款时间",
  aging_start_time: "开始时间",
  aging_end_time: "结束时间",
  creator: "创建人",
  editor: "编辑人",
  user: "谁联系",
  time: "时间",
  done: "完成",
  done_time: "完成时间",
  number: "工号",
  role: "角色",
  birthday: "生日",
  address: "地址",
  school: "学校",
  education: "学历",
  entryTime: "入职日期",
  officialTime: "转正日期",
  resignTime: "离职日期",
  menu: "菜单",
  area: "限定的范围",
};

/** Where a kind of record has another word for a field. */
const OTHERS: Partial<Record<RecordKind, Words>> = {
  follow: { follower: "跟进人" },
  demand: { follower: "跟进人" },
  contract: { follower: "跟进人", status: "状态代码" },
  plan: { note: "联系什么" },
  menu: { name: "菜单名称", content: "说明" },
  user: { title: "职位代码", rankId: "职级代码", rankType: "职级类型代码" },
};

export const word = (kind: RecordKind, field: string): string | undefined => OTHERS[kind]?.[field] ?? WORDS[field];
