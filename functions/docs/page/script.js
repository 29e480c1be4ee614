// The reference page, after Swagger UI in the same file.
(async () => {
  "use strict";

  const root = new URL("..", location.href).href;
  const element = (id) => document.getElementById(id);
  const say = (text) => { element("message").textContent = text; };

  /** What the gateway answers; throws what is wrong, as people should read it. */
  const call = async (path, options) => {
    // Without the session cookie: whoever closes the tab is signed out of this page.
    const response = await fetch(root + path, { credentials: "omit", ...options }).catch(() => { throw new Error("无法连接服务器"); });
    const answer = await response.json().catch(() => ({}));
    if (answer.status === 1 || !response.ok) {
      throw Object.assign(new Error(answer.msg ?? `服务器返回${response.status}`), { code: answer.code });
    }
    return answer;
  };

  const post = (path, body, headers) =>
    call(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  let me = JSON.parse(sessionStorage.getItem("me"));
  let ui;

  /** Shows who is signed in, and lets Swagger UI send the session. */
  const show = () => {
    element("login").hidden = me !== null;
    element("logout").hidden = me === null;
    element("name").textContent = me?.name ?? "";
    if (me) ui?.preauthorizeApiKey("bearer", me.session);
  };

  /** Begins or ends being somebody; the tab forgets it when it is closed. */
  const become = (somebody) => {
    me = somebody;
    if (me) {
      sessionStorage.setItem("me", JSON.stringify(me));
    } else {
      sessionStorage.removeItem("me");
      ui?.authActions.logout(["bearer"]);
    }
    show();
  };

  element("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      say("");
      const { data } = await post("api/user/login", Object.fromEntries(new FormData(form)));
      form.reset();
      become({ session: data.session, phoneNumber: data.phoneNumber, name: data.nickName || data.phoneNumber });
    } catch (error) {
      say(error.message);
    }
  });

  element("logout").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { phoneNumber, session } = me;
    try {
      say("");
      await post("api/user/logout", { phoneNumber }, { Authorization: `Bearer ${session}` });
      become(null);
    } catch (error) {
      if (error.code === "session_required") become(null);
      else say(error.message);
    }
  });

  /** Who is signed in at the top makes the calls, and not who may be signed in elsewhere at this origin. */
  const requestInterceptor = (request) => Object.assign(request, { credentials: "omit" });

  /** Notices that the session has ended, also by a call that somebody tried. */
  const responseInterceptor = (response) => {
    if (me && response.body?.code === "session_required") {
      become(null);
      say("登录已失效，请重新登录");
    }
    return response;
  };

  /** Folds the guide, so that the calls are at hand. */
  const foldGuide = ({ React }) => ({
    wrapComponents: {
      InfoContainer: (Info) => (props) =>
        React.createElement("details", { className: "guide" },
          React.createElement("summary", null, "使用说明"),
          React.createElement(Info, props)),
    },
  });

  /** What a search looks through: where an operation is, what it does, and its parameters. */
  const searched = (path, operation) => {
    const bodies = Object.values(operation.requestBody?.content ?? {});
    const fields = bodies.flatMap(({ schema }) => Object.entries(schema.properties ?? {}));
    const params = (operation.parameters ?? []).map(({ name, description }) => [name, { description }]);
    const told = [...fields, ...params].map(([name, { description }]) => `${name} ${description}`);
    return [path, operation.summary, operation.description, ...told].join(" ").toLowerCase();
  };

  /** Shows the operations in which all words stand; Swagger UI itself looks at the names of their groups only. */
  const search = (spec) => {
    const texts = new Map();
    for (const [path, methods] of Object.entries(spec.paths)) {
      for (const [method, operation] of Object.entries(methods)) texts.set(`${method} ${path}`, searched(path, operation));
    }
    const opsFilter = (groups, phrase) => {
      const words = phrase.toLowerCase().split(/\s+/);
      const fits = (operation) => {
        const text = texts.get(`${operation.get("method")} ${operation.get("path")}`) ?? "";
        return words.every((word) => text.includes(word));
      };
      return groups
        .map((group) => group.update("operations", (operations) => operations.filter(fits)))
        .filter((group) => group.get("operations").size > 0);
    };
    const field = ({ React }) => () => ({ layoutActions, layoutSelectors }) => {
      const phrase = layoutSelectors.currentFilter();
      return React.createElement("input", {
        className: "search",
        type: "search",
        placeholder: "搜索接口：路径、名称、参数",
        "aria-label": "搜索接口",
        value: typeof phrase === "string" ? phrase : "",
        onChange: (event) => layoutActions.updateFilter(event.target.value),
      });
    };
    return (system) => ({ fn: { opsFilter }, wrapComponents: { FilterContainer: field(system) } });
  };

  /** Shows what each field of a request means before its example. */
  const openDescriptions = ({ React }) => ({
    wrapComponents: {
      modelExample: (Example) => (props) => {
        const getConfigs = () => ({ ...props.getConfigs(), defaultModelRendering: "model" });
        // Another key for another component, which begins with the text where a call is tried out.
        const key = props.isExecute ? "edit" : "read";
        return React.createElement(Example, props.includeWriteOnly ? { ...props, getConfigs, key } : props);
      },
    },
  });

  try {
    const spec = await call("api/openapi.json");
    // The document may be at any path, as behind a stage of the gateway.
    spec.servers = [{ url: root.replace(/\/$/, "") }];
    ui = SwaggerUIBundle({
      spec,
      domNode: element("reference"),
      deepLinking: true,
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      validatorUrl: null,
      filter: true,
      defaultModelExpandDepth: 2,
      plugins: [foldGuide, search(spec), openDescriptions],
      requestInterceptor,
      responseInterceptor,
      onComplete: show,
    });
  } catch (error) {
    say(error.message);
  }
})();
