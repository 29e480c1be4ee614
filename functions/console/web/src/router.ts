import { createRouter, createWebHashHistory } from "vue-router";
import { close, form } from "./forms/open";

export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: "/", redirect: "/today" },
    { path: "/today", component: () => import("./screens/TodayScreen.vue"), meta: { title: "今天" } },
    { path: "/customers", component: () => import("./screens/CustomersScreen.vue"), meta: { title: "客户" } },
    { path: "/customers/:id(\\d+)", component: () => import("./screens/CustomerScreen.vue"), meta: { title: "客户" } },
    { path: "/organizations", component: () => import("./screens/OrganizationsScreen.vue"), meta: { title: "单位" } },
    { path: "/organizations/:id(\\d+)", component: () => import("./screens/OrganizationScreen.vue"), meta: { title: "单位" } },
    { path: "/follows", component: () => import("./screens/FollowsScreen.vue"), meta: { title: "跟进" } },
    { path: "/demands", component: () => import("./screens/DemandsScreen.vue"), meta: { title: "需求" } },
    { path: "/satisfaction", component: () => import("./screens/SatisfactionScreen.vue"), meta: { title: "满意度" } },
    { path: "/contracts", component: () => import("./screens/ContractsScreen.vue"), meta: { title: "合同" } },
    { path: "/stats", component: () => import("./screens/StatsScreen.vue"), meta: { title: "统计" } },
    { path: "/transfers", component: () => import("./screens/TransfersScreen.vue"), meta: { title: "导入导出" } },
    {
      path: "/manage",
      component: () => import("./screens/ManageScreen.vue"),
      redirect: "/manage/employees",
      children: [
        { path: "employees", component: () => import("./screens/EmployeesScreen.vue"), meta: { title: "员工" } },
        { path: "menus", component: () => import("./screens/MenusScreen.vue"), meta: { title: "菜单" } },
        { path: "grants", component: () => import("./screens/GrantsScreen.vue"), meta: { title: "授权" } },
        { path: "log", component: () => import("./screens/LogScreen.vue"), meta: { title: "日志" } },
        { path: "trash", component: () => import("./screens/TrashScreen.vue"), meta: { title: "回收站" } },
      ],
    },
    { path: "/me", component: () => import("./screens/MeScreen.vue"), meta: { title: "我" } },
    { path: "/:rest(.*)*", component: () => import("./screens/MissingScreen.vue"), meta: { title: "没有这个页面" } },
  ],
});

// On a phone "back" means: away with what lies over the page. What was typed is kept.
router.beforeEach((to, from) => {
  if (form.value && to.path !== from.path) {
    close();
    return false;
  }
});

router.afterEach((to) => {
  document.title = `${to.meta.title} · CRM`;
});

// The files of an older build are gone after a deployment; a page that still asks for them begins anew. Drafts stay.
window.addEventListener("vite:preloadError", (event) => {
  event.preventDefault();
  location.reload();
});
