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
      plugins: [foldGuide],
      requestInterceptor,
      responseInterceptor,
      onComplete: show,
    });
  } catch (error) {
    say(error.message);
  }
})();
