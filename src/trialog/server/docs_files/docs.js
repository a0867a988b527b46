// Opens Swagger UI on this server's own document. Nothing is asked of any other host.
(() => {
  const files = new URL(".", document.currentScript.src);
  // What changes something has to bring the token of the login, if somebody is logged in here.
  const withToken = async (request) => {
    if (["GET", "HEAD"].includes((request.method || "GET").toUpperCase()) || request.headers.Authorization) {
      return request;
    }
    const session = await fetch(new URL("../login/session", files), { cache: "no-store" });
    if (session.ok) {
      request.headers["X-Trialog-Csrf"] = (await session.json()).csrf_token;
    }
    return request;
  };
  window.addEventListener("DOMContentLoaded", () => {
    SwaggerUIBundle({
      url: new URL("../openapi.json", files).href,
      dom_id: "#swagger-ui",
      presets: [SwaggerUIBundle.presets.apis],
      layout: "BaseLayout",
      deepLinking: true,
      docExpansion: "none",
      queryConfigEnabled: false,
      validatorUrl: null,
      persistAuthorization: false,
      requestInterceptor: withToken,
      showExtensions: true,
      syntaxHighlight: { activated: true, theme: "agate" },
    });
  });
})();
