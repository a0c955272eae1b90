import { expect, test } from 'vitest';
import { kafkaProject } from './download.ts';
import { bar, MavenProgress } from './progress.ts';

test('bytes as Maven tells of them; its own parts do not count', () => {
  const progress = new MavenProgress(['a-1.jar', 'b-1-all.tar.gz']);
  progress.take(
    'Downloading from central: x/maven-plugin-3.jar\nDownloaded from central: x/maven-plugin-3.jar (2.0 MB at 1 MB/s)\n',
  );
  expect(progress.bytes).toBe(0);
  progress.take('Progress (2): 1.5/4.0 MB | 12/30 kB\rProg');
  expect(progress.bytes).toBe(1_512_000);
  progress.take('ress (2): 4.0 MB | 30 kB    \r');
  expect(progress.bytes).toBe(4_030_000);
  progress.take('                    \rDownloaded from central: https://x/a-1.jar (4.0 MB at 32 MB/s)\n');
  expect(progress.bytes).toBe(4_000_000);
  progress.take('Downloaded from central: https://x/b-1-all.tar.gz (512 B at 1 kB/s)\n');
  expect(progress.bytes).toBe(4_000_512);
});

test('the bar is never more than full', () => {
  expect(bar(0, 100e6, 'x')).toBe('[........................] 0/100 MB x');
  expect(bar(50e6, 100e6, 'x')).toBe('[############............] 50/100 MB x');
  expect(bar(130e6, 100e6, 'x')).toBe('[########################] 100/100 MB x');
});

test('Kafka 4 gets a binding for its log, 3.9 brings its own; neither brings Connect', () => {
  expect(kafkaProject('4.3.1')).toContain('log4j-slf4j-impl');
  expect(kafkaProject('3.9.2')).not.toContain('log4j-slf4j-impl');
  for (const version of ['4.3.1', '3.9.2']) {
    expect(kafkaProject(version)).toContain(
      `<artifactId>kafka-tools</artifactId><version>${version}</version><exclusions>`,
    );
    expect(kafkaProject(version)).not.toMatch(/https?:\/\/(?!maven\.apache\.org\/POM)/);
  }
});
