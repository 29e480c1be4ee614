import { createApp } from "vue";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { Refused } from "./api/client";
import App from "./App.vue";
import { router } from "./router";
import "./style/tokens.css";
import "./style/base.css";

// What is refused is refused again; what is lost was sent again already.
const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 10_000, networkMode: "always" }, mutations: { networkMode: "always" } },
});

const app = createApp(App);
app.config.errorHandler = (error) => {
  // Whoever shows a list or a form shows its failures; here is what nobody expects.
  if (!(error instanceof Refused)) console.error(error);
};
app.use(router).use(VueQueryPlugin, { queryClient }).mount("#app");
