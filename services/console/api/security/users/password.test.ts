import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { Attempts } from './attempts.ts';
import { generatePassword, hashPassword, isPassword, isPasswordHash, NOBODY, passwordFault } from './password.ts';
import { Slots, SlotsFull } from './slots.ts';

test('a hash opens to its password alone, and two of one password differ', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
  expect(one).toMatch(/^scrypt\$ln=15,r=8,p=1\$/);
  expect(one).not.toBe(two);
  expect(isPasswordHash(one)).toBe(true);
  expect(await isPassword('correct horse battery', one)).toBe(true);
  expect(await isPassword('correct horse batterz', one)).toBe(false);
  expect(await isPassword('', one)).toBe(false);
});

test('one password typed on two keyboards is one password', async () => {
  const hash = await hashPassword('mot de passe é ００');
  expect(await isPassword('mot de passe e\u0301 00', hash)).toBe(true);
});

test('what is no hash opens to nothing, and asks for no more than a machine should give', async () => {
  for (const text of ['', 'x', NOBODY.replace('ln=15', 'ln=30'), NOBODY.replace('r=8', 'r=99'), `${NOBODY}x`]) {
    expect(isPasswordHash(text)).toBe(false);
    expect(await isPassword('correct horse battery', text)).toBe(false);
  }
  expect(isPasswordHash(NOBODY)).toBe(true);
});

test('an unknown user costs as much as a known one', async () => {
  const real = await hashPassword('correct horse battery');
  const times = { real: Infinity, nobody: Infinity };
  for (let i = 0; i < 3; i++) {
    for (const [name, hash] of [
      ['real', real],
      ['nobody', NOBODY],
    ] as const) {
      const start = performance.now();
      await isPassword('correct horse staple', hash);
      times[name] = Math.min(times[name], performance.now() - start);
    }
  }
  // The work is the same by its parameters; other work on this machine makes the rest.
  expect(times.nobody).toBeGreaterThan(times.real / 3);
  expect(times.nobody).toBeLessThan(times.real * 3);
});

test('a new password is long enough and not one key held down', () => {
  expect(passwordFault('elevensigns')).toContain('12');
  expect(passwordFault('aaaaaaaaaaaaaaaa')).toContain('different');
  expect(passwordFault('line\nbreak in it')).toContain('line breaks');
  expect(passwordFault('x1y2'.repeat(65))).toContain('256');
  expect(passwordFault('青禾河边的柳树今年又绿了')).toBeUndefined();
  const made = generatePassword();
  expect(made).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  expect(passwordFault(made)).toBeUndefined();
  expect(generatePassword()).not.toBe(made);
});

test('the wait grows with each failure of a user, has an end, and is forgotten', () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  // A new address each time: it is the user who is counted.
  let next = 0;
  const take = (): number => attempts.take('officer-3107', `192.0.2.${next++}`);
  for (let i = 0; i < 5; i++) expect(take()).toBe(0);
  const waits = Array.from({ length: 12 }, () => {
    const wait = take();
    now += wait * 1000;
    expect(take()).toBe(0);
    return wait;
  });
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  expect(attempts.take('officer-3112', '192.0.2.200')).toBe(0);
  now += 16 * 60_000;
  for (let i = 0; i < 4; i++) expect(attempts.take('officer-3107', '192.0.2.201')).toBe(0);
});

test('an address has more tries, and one right password does not buy others', () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  for (let i = 0; i < 30; i++) expect(attempts.take(`nobody-${i}`, '192.0.2.1')).toBe(0);
  expect(attempts.take('officer-3107', '192.0.2.1')).toBe(1);
  expect(attempts.take('officer-3107', '192.0.2.2')).toBe(0);
  now += 1_000;
  expect(attempts.take('officer-3107', '192.0.2.1')).toBe(0);
  attempts.succeeded('officer-3107', '192.0.2.1');
  expect(attempts.take('nobody-30', '192.0.2.1')).toBe(0);
  expect(attempts.take('nobody-31', '192.0.2.1')).toBe(2);
});

test('one network of IPv6 is one address', () => {
  const attempts = new Attempts(() => 0);
  for (let i = 0; i < 30; i++) attempts.take(`nobody-${i}`, `2001:db8::${i.toString(16)}`);
  expect(attempts.take('somebody', '2001:db8:0:0:ffff::1')).toBe(1);
  expect(attempts.take('somebody', '2001:db8:0:1::1')).toBe(0);
});

test('two hashes run at once, some wait, the rest are sent away', async () => {
  const slots = new Slots();
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const all = await Promise.allSettled(Array.from({ length: 40 }, () => slots.run(work)));
  expect(most).toBe(2);
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(34);
  expect(all.every((one) => one.status === 'fulfilled' || one.reason instanceof SlotsFull)).toBe(true);
  await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await slots.run(work);
});
