// What every scenario in JavaScript shares: its arguments, and a line of JSON a step.
const given = Object.fromEntries(process.argv.filter((one) => /^\w+=/.test(one)).map((one) => {
  const at = one.indexOf('=');
  return [one.slice(0, at), one.slice(at + 1)];
}));

/** Connection strings by name: main, members, replicaSet, loadBalanced. */
export const uris = given;

const without = new Set((given.without ?? '').split(','));

/** Runs a step, unless the harness says that the engine cannot. */
export async function step(name, body) {
  if (without.has(name)) return;
  try {
    console.log(JSON.stringify({ step: name, ok: true, saw: await body() }));
  } catch (error) {
    console.log(JSON.stringify({ step: name, ok: false, saw: `${error.name}: ${error.message}` }));
  }
}

/** A step that this driver does not have. */
export const cannot = (name, reason) => console.log(JSON.stringify({ step: name, skipped: reason }));

/** What a failed operation says, without what differs from run to run. */
export async function failure(promise) {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return { name: error.name, code: error.code ?? null, codeName: error.codeName ?? null,
      labels: (error.errorLabels ?? []).toSorted() };
  }
}

/** A connection string with more options. */
export function withOptions(uri, options) {
  const [before, after] = uri.split('?');
  return `${before}?${[after, options].filter(Boolean).join('&')}`;
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

export const range = (count, make = (i) => i) => Array.from({ length: count }, (_, i) => make(i));
