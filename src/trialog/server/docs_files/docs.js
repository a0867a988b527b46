// Opens Swagger UI on this server's own document. Nothing is asked of any other host.
(() => {
  const files = new URL(".", document.currentScript.src);
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
      showExtensions: true,
      syntaxHighlight: { activated: true, theme: "agate" },
    });
  });
})();
