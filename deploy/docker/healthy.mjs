// HEALTHCHECK of the image: is the process of this container alive? A process of one stage answers on its observe port; `start`
// is asked on the port of its pages. Not /readyz: a broker that is away is cured by no restart.
//   node healthy.mjs                            the process of this container
//   node healthy.mjs --newest FOLDER SECONDS    FOLDER holds something that is no older
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

async function answers() {
  for (const port of [process.env.YUJING_OBSERVE_PORT || 9464, process.env.YUJING_PORT || 8110]) {
    const question = fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(4_000) });
    const answer = await question.catch((error) => error);
    if (answer instanceof Response) return answer.ok;
    if (answer.cause?.code !== 'ECONNREFUSED') return false;
  }
  return false;
}

function isFresh(folder, seconds) {
  const newest = Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));
  return Date.now() - newest < Number(seconds) * 1000;
}

const [what, ...rest] = process.argv.slice(2);
process.exitCode = (what === '--newest' ? isFresh(...rest) : await answers()) ? 0 : 1;
