// Takes a picture of a page with Debian's chromium: page.mjs ADDRESS FILE SIZE [KEYS]. SIZE is WIDTHxHEIGHT, or "fit" for
// as large as its contents; KEYS are pressed one after the other before. Leaves chromium's profile in TMPDIR.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [address, file, size, keys = ''] = process.argv.slice(2);
const [width, height] = size === 'fit' ? [1400, 1000] : size.split('x').map(Number);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const profile = mkdtempSync(join(tmpdir(), 'weir-picture-'));
const chromium = spawn(
  '/usr/bin/chromium',
  ['--headless', '--hide-scrollbars', '--no-sandbox', '--disable-gpu', '--disable-sync', '--disable-background-networking',
   '--disable-component-update', '--no-first-run', `--user-data-dir=${profile}`, '--remote-debugging-pipe'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
);

// Chromium's own protocol: JSON, each message ended by a zero.
const waiting = new Map();
let buffered = '';
let last = 0;
chromium.stdio[4].on('data', (data) => {
  const messages = (buffered + data).split('\0');
  buffered = messages.pop();
  for (const message of messages.map((text) => JSON.parse(text))) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  }
});
let sessionId;
const ask = (method, params = {}) =>
  new Promise((resolve, reject) => {
    const id = ++last;
    waiting.set(id, ({ result, error }) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result)));
    chromium.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  });

try {
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
  ({ sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true }));
  await ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await ask('Page.enable');
  await ask('Page.navigate', { url: address });
  await pause(3_000);
  for (const key of keys) {
    await ask('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key });
    await ask('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }
  await pause(keys === '' ? 0 : 2_000);
  let clip;
  if (size === 'fit') {
    const measure = `(({ width, height }) => ({ width, height }))(document.querySelector('pre').getBoundingClientRect())`;
    const { result } = await ask('Runtime.evaluate', { expression: measure, returnByValue: true });
    clip = { x: 0, y: 0, ...result.value, scale: 1 };
  }
  const { data } = await ask('Page.captureScreenshot', { format: 'png', clip, captureBeyondViewport: size === 'fit' });
  writeFileSync(file, Buffer.from(data, 'base64'));
  console.log(file);
} finally {
  const gone = new Promise((resolve) => chromium.once('exit', resolve));
  sessionId = undefined;
  await Promise.race([ask('Browser.close'), gone]);
  await gone;
}
