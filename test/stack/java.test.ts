import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findJdks, jdkAt, jdkFrom } from './java.ts';
import { registryStorage, registryVersionFor } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-jdk-'));
afterAll(() => rmSync(folder, { recursive: true }));

function home(name: string, release: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'bin'), { recursive: true });
  writeFileSync(join(path, 'bin', 'java'), '');
  chmodSync(join(path, 'bin', 'java'), 0o755);
  writeFileSync(join(path, 'release'), release);
  return path;
}

const jdk = (major: number) => ({ command: `/jdk${major}/bin/java`, major, version: `${major}.0.1` });

test('a JDK says its version in a file', () => {
  expect(jdkAt(home('a', 'IMPLEMENTOR="x"\nJAVA_VERSION="17.0.15"\n'))).toMatchObject({
    major: 17,
    version: '17.0.15',
  });
  expect(jdkAt(home('b', 'JAVA_VERSION="25"\n'))?.major).toBe(25);
  expect(jdkAt(home('c', 'JAVA_VERSION="1.8.0_412"\n'))?.major).toBe(8);
  expect(jdkAt(home('d', 'nothing'))).toBeUndefined();
  expect(jdkAt(join(folder, 'nowhere'))).toBeUndefined();
});

test('JAVA_HOME goes before the path', () => {
  const [first, second] = [home('e', 'JAVA_VERSION="22"\n'), home('f', 'JAVA_VERSION="23"\n')];
  const found = findJdks({ JAVA_HOME: first, PATH: join(second, 'bin') });
  expect(found.slice(0, 2).map(({ major }) => major)).toEqual([22, 23]);
});

test('the first that is new enough; else what to install', () => {
  expect(jdkFrom(17, [jdk(11), jdk(17), jdk(25)]).major).toBe(17);
  expect(jdkFrom(21, [jdk(17), jdk(25)]).major).toBe(25);
  expect(() => jdkFrom(17, [])).toThrow('default-jdk-headless');
  expect(() => jdkFrom(21, [jdk(17)])).toThrow('here is 17.0.1');
});

test('the registry goes by the Java that is here', () => {
  expect(registryVersionFor([jdk(17), jdk(25)])).toBe('3.3.3');
  expect(registryVersionFor([jdk(17)])).toBe('2.6.13.Final');
  expect(registryStorage('3.3.3', true)).toBe('postgres');
  expect(registryStorage('3.3.3', false)).toBe('memory');
  expect(registryStorage('2.6.13.Final', true)).toBe('memory');
});
