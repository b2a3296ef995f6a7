/** Tagged templates instead of JSX: html`<p class="x">${words}</p>`. */
declare const htm: {
  bind(h: Function): (strings: TemplateStringsArray, ...values: any[]) => any;
};
export default htm;
