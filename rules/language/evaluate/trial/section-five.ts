/** The example of the language's description, section 5, for tests: warned during the call, escalated at the transfer. */
export const SECTION_FIVE = `
kind: List
id: spoofed_police
version: 1
entity: tel
title: { zh: 冒充公检法号码, en: Numbers posing as the police }
---
kind: FeatureSet
id: features
version: 1
features:
  caller_fanout_1h: { on: call, key: peer_tel, agg: distinct(subscriber_tel), window: 1h }
  pair_age: { on: call, key: [peer_tel, subscriber_tel], agg: age(), retain: 90d }
  payee_payers_1h: { on: transaction, key: payee_acct, agg: distinct(payer_acct), window: 1h }
  payer_max_90d: { on: transaction, key: payer_acct, agg: max(amount_minor), window: 90d, bucket: 1d }
---
kind: Rule
id: fake_police.call_then_new_payee
version: 4
status: live
title: { zh: 冒充公检法通话后向陌生账户转账, en: 'Fake-police call, then a transfer to a new payee' }
meta: { scam_type: fake_police, owner: city-antifraud-lab, author: analyst-17, reviewed_by: [analyst-03], legal_basis: [ATFL-2022/34], expires: 2027-06-30 }
params: { fanout: 40, talk: 300s, min_minor: 500000 }
sequence:
  by: subject
  within: 24h
  emit: each_stage
  stages:
    - id: call
      on: call
      when: |
        event.phase == "answered" && event.direction == "incoming"
        && pair_age(event.peer_tel, event.subscriber_tel) < duration("1h")
        && (event.route == "intl_gateway" || lists.spoofed_police.has(event.peer_tel)
            || caller_fanout_1h(event.peer_tel) >= params.fanout)
      after: params.talk
      unless_ended: true
      level: ORANGE
      because:
        - { zh: '{stage.call.occurred_at|time}起接境外来电', en: 'On a foreign call since {stage.call.occurred_at|time}' }
    - id: pay
      on: transaction
      when: |
        event.kind == "transfer_out" && event.amount_minor >= params.min_minor && event.first_payee
      level: RED
      because:
        - { zh: '向陌生账户转账{stage.pay.amount_minor|money}', en: 'Transfer of {stage.pay.amount_minor|money} to a new payee' }
victim: [subject]
suspect: stage.call.peer_tel
score:
  base: 50
  add:
    - { if: 'stage.pay.amount_minor > 2 * payer_max_90d(stage.pay.payer_acct)', points: 20, because: { zh: 金额超过近90天最大值两倍, en: Over twice the 90-day maximum } }
    - { if: 'payee_payers_1h(stage.pay.payee_acct) >= 5', points: 20, because: { zh: 收款账户1小时内多人转入, en: The payee was paid by many people within an hour } }
suppress: { by: [victim], for: 6h, unless: level_rises }
dispatch: { route: precinct_of(victim), channels: [push, voice], action: meet_in_person, ack_within: 60s }
tests:
  - name: warned during the call, escalated at the transfer
    pin: { caller_fanout_1h: 55, payer_max_90d: 100000, payee_payers_1h: 6 }
    events:
      - { at: 0m, call: { call_id: c1, direction: incoming, subscriber_tel: S1, peer_tel: "00852000001", subject: P1, phase: answered, route: intl_gateway } }
      - { at: 35m, transaction: { kind: transfer_out, subject: P1, payer_acct: A1, payee_acct: M9, amount_minor: 49000000, first_payee: true } }
    expect: [ { at: 5m, stage: call, level: ORANGE }, { at: 35m, stage: pay, level: RED, score_at_least: 80 } ]
  - name: the call ended after two minutes
    events:
      - { at: 0m, call: { call_id: c1, direction: incoming, subscriber_tel: S1, peer_tel: "00852000001", subject: P1, phase: answered, route: intl_gateway } }
      - { at: 2m, call: { call_id: c1, direction: incoming, subscriber_tel: S1, peer_tel: "00852000001", subject: P1, phase: ended, duration_s: 120 } }
    expect: []
  - name: the end of the call is reported late
    events:
      - { at: 0m, call: { call_id: c1, direction: incoming, subscriber_tel: S1, peer_tel: "00852000001", subject: P1, phase: answered, route: intl_gateway } }
      - { at: 4m50s, late: 4m, call: { call_id: c1, direction: incoming, subscriber_tel: S1, peer_tel: "00852000001", subject: P1, phase: ended, duration_s: 290 } }
    expect: [ { at: 5m, stage: call, level: ORANGE, withdrawn: 8m50s } ]
  - name: the money moves before the five minutes are over
    events:
      - { at: 0m, call: { call_id: c1, direction: incoming, subscriber_tel: S1, peer_tel: "00852000001", subject: P1, phase: answered, route: intl_gateway } }
      - { at: 3m, transaction: { kind: transfer_out, subject: P1, payer_acct: A1, payee_acct: M9, amount_minor: 49000000, first_payee: true } }
    expect: [ { at: 5m, stage: call, level: ORANGE }, { at: 5m, stage: pay, level: RED } ]
`;
