// A contestant in the browser: a classic worker, since some rivals are scripts and no modules. The first message names its module;
// each later one is a command, answered by `{result?, wall?}`.

/** @typedef {Record<string, (args: any) => any>} Verbs each may return a promise */

const scope = /** @type {any} */ (globalThis);
/** @type {Verbs} */
let verbs = {
  async open({ module, ...rest }) {
    ({ verbs } = await import(new URL(module, scope.location.href).href));
    return verbs.open?.(rest);
  },
};

scope.onmessage = async (/** @type {MessageEvent} */ { data: { id, verb, args } }) => {
  try {
    if (!verbs[verb]) throw new Error(`no verb ${verb}`);
    scope.postMessage({ id, answer: (await verbs[verb](args)) ?? {} });
  } catch (error) {
    scope.postMessage({ id, error: String(error?.stack ?? error) });
  }
};
