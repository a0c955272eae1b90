import { expect, test } from 'vitest';
import { brokerProperties, LOG4J, LOG4J2, propertyLines, redisLines } from './properties.ts';

const ports = (node: number) => ({ broker: node * 10 + 1, controller: node * 10 + 2, more: [node * 10 + 3] });

test('one node keeps one copy', () => {
  const written = brokerProperties({ node: 1, all: [ports(1)], dataFolder: '/d' });
  expect(written).toMatchObject({
    'node.id': 1,
    'controller.quorum.voters': '1@127.0.0.1:12',
    listeners: 'PLAINTEXT://127.0.0.1:11,CONTROLLER://127.0.0.1:12',
    'advertised.listeners': 'PLAINTEXT://127.0.0.1:11',
    'log.dirs': '/d',
    'offsets.topic.replication.factor': 1,
    'min.insync.replicas': 1,
    'auto.create.topics.enable': false,
  });
  expect(written).not.toHaveProperty(['broker.session.timeout.ms']);
});

test('three nodes know each other, and two must have a record', () => {
  const written = brokerProperties({ node: 2, all: [1, 2, 3].map(ports), dataFolder: '/d', hasFastSessions: true });
  expect(written).toMatchObject({
    'node.id': 2,
    'controller.quorum.voters': '1@127.0.0.1:12,2@127.0.0.1:22,3@127.0.0.1:32',
    'advertised.listeners': 'PLAINTEXT://127.0.0.1:21',
    'default.replication.factor': 3,
    'offsets.topic.replication.factor': 3,
    'transaction.state.log.min.isr': 2,
    'min.insync.replicas': 2,
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
  });
});

test('further listeners have ports of their own; given lines win', () => {
  const written = brokerProperties({
    node: 1,
    all: [ports(1)],
    dataFolder: '/d',
    listeners: [{ name: 'SECURE', protocol: 'SASL_SSL' }],
    properties: {
      'auto.create.topics.enable': 'true',
      'listener.name.secure.sasl.enabled.mechanisms': 'SCRAM-SHA-256',
    },
  });
  expect(written).toMatchObject({
    listeners: 'PLAINTEXT://127.0.0.1:11,SECURE://127.0.0.1:13,CONTROLLER://127.0.0.1:12',
    'advertised.listeners': 'PLAINTEXT://127.0.0.1:11,SECURE://127.0.0.1:13',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'auto.create.topics.enable': 'true',
    'listener.name.secure.sasl.enabled.mechanisms': 'SCRAM-SHA-256',
  });
});

test('every address that is listened on is of this machine only', () => {
  const { listeners, ...rest } = brokerProperties({ node: 1, all: [ports(1)], dataFolder: '/d' });
  for (const listener of String(listeners).split(',')) expect(listener).toMatch(/^\w+:\/\/127\.0\.0\.1:\d+$/);
  expect(JSON.stringify(rest)).not.toContain('0.0.0.0');
});

test('files: a line for each, several of a name in Redis', () => {
  expect(propertyLines({ a: 1, 'b.c': 'x y', d: false })).toBe('a=1\nb.c=x y\nd=false\n');
  expect(redisLines({ port: 1, user: ['a on', 'b off'], save: '""' })).toBe('port 1\nuser a on\nuser b off\nsave ""\n');
  for (const log of [LOG4J, LOG4J2]) expect(log).toMatch(/^[\w.]+=\S.*$/m);
});
