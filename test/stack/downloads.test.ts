import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import {
  downloadFolders,
  findDownload,
  folderChecksum,
  pinned,
  pinnedArtifacts,
  problemsOf,
  sha256Of,
} from './downloads.ts';
import { KAFKA_VERSIONS } from './kafka.ts';
import { REGISTRY_VERSIONS } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-downloads-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

function jars(name: string): { place: string; artifact: Parameters<typeof problemsOf>[0] } {
  const place = join(folder, name);
  mkdirSync(place);
  for (const jar of ['a.jar', 'b.jar']) writeFileSync(join(place, jar), `bytes of ${jar}`);
  const file = (jar: string) => ({ bytes: 14, sha256: sha256Of(join(place, jar)) });
  return { place, artifact: { files: { 'a.jar': file('a.jar'), 'b.jar': file('b.jar') } } };
}

test('every version that may be asked for is pinned, file by file', () => {
  for (const version of KAFKA_VERSIONS) {
    const files = Object.entries(pinned(`kafka-${version}`).files ?? {});
    expect(files.length).toBeGreaterThan(50);
    for (const [name, { bytes, sha256 }] of files) expect([name, bytes > 0, sha256.length]).toEqual([name, true, 64]);
    expect(Object.keys(pinned(`kafka-${version}`).files ?? {})).toContain(`kafka_2.13-${version}.jar`);
  }
  for (const version of REGISTRY_VERSIONS) {
    expect(pinned(`apicurio-${version}`).archive?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(pinned(`apicurio-${version}`).unpacked?.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(Object.keys(pinnedArtifacts())).toHaveLength(KAFKA_VERSIONS.length + REGISTRY_VERSIONS.length);
  expect(() => pinned('kafka-1.0')).toThrow('not among the versions pinned');
});

test('sizes are always compared, checksums when asked', () => {
  const { place, artifact } = jars('whole');
  expect(problemsOf(artifact, place, true)).toEqual([]);
  writeFileSync(join(place, 'a.jar'), 'bytes of A.jar');
  expect(problemsOf(artifact, place, false)).toEqual([]);
  expect(problemsOf(artifact, place, true)).toEqual(['a.jar has another checksum']);
  writeFileSync(join(place, 'a.jar'), 'short');
  expect(problemsOf(artifact, place, false)).toEqual(['a.jar has 5 bytes, not 14']);
  rmSync(join(place, 'a.jar'));
  expect(problemsOf(artifact, place, false)).toEqual(['a.jar is missing']);
});

test('a jar too many would run, so it is refused', () => {
  const { place, artifact } = jars('more');
  writeFileSync(join(place, 'c.jar'), '');
  expect(problemsOf(artifact, place, false)).toEqual(['c.jar does not belong there']);
});

test('an unpacked archive is known by one checksum of all its files', () => {
  const { place } = jars('unpacked');
  const artifact = { unpacked: { files: 2, bytes: 28, sha256: folderChecksum(place) } };
  expect(problemsOf(artifact, place, true)).toEqual([]);
  writeFileSync(join(place, 'b.jar'), 'bytes of B.jar');
  expect(problemsOf(artifact, place, false)).toEqual([]);
  expect(problemsOf(artifact, place, true)).toEqual(['the unpacked files have another checksum']);
  writeFileSync(join(place, 'c.jar'), 'x');
  expect(problemsOf(artifact, place, false)).toEqual(['3 files of 29 bytes are there, not 2 of 28']);
});

test('what is not there or not right says what to run', () => {
  const folders = [join(folder, 'empty')];
  expect(() => findDownload('kafka-4.3.1', { folders, isDeep: false })).toThrow('npm run stack -- --download');
  mkdirSync(join(folder, 'wrong', 'kafka-4.3.1'), { recursive: true });
  expect(() => findDownload('kafka-4.3.1', { folders: [join(folder, 'wrong')], isDeep: false })).toThrow(
    /is not what was pinned: .* is missing and \d+ more/,
  );
});

test('one copy of the downloads may serve all: the environment names it', () => {
  vi.stubEnv('YUJING_STACK_DOWNLOADS', '');
  expect(downloadFolders('/a')).toEqual(['/a/downloads', expect.stringMatching(/run\/downloads$/)]);
  vi.stubEnv('YUJING_STACK_DOWNLOADS', '/kept');
  expect(downloadFolders('/a')).toEqual(['/kept']);
});
