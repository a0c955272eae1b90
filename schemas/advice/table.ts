import type { ScamType } from '../generated/types.ts';
import type { Advice, AdviceLine } from './advice.ts';

function line(zh: string, en: string): AdviceLine {
  return { zh, en };
}

const NEVER_MOVE_MONEY = line(
  '别让本人转钱到任何地方。不问密码和验证码。',
  'Never have money moved anywhere. Never ask for a password or a code.',
);
const NEVER_BLAME = line(
  '别说“你怎么会信”。不问密码和验证码。',
  'Never ask how one could believe it. Never ask for a password or a code.',
);

/** Holds for every story; the type is not known yet. */
export const FALLBACK: Advice = {
  say: [
    line('您没有做错事，我是来帮您的。', 'You did nothing wrong. I am here to help.'),
    line('先停一停，今天不转账、不取钱。', 'Stop for now: no transfer and no cash today.'),
    line('您可以打 110 或 96110 核实我。', 'You can check who I am: call 110 or 96110.'),
  ],
  check: [
    line('挂断电话和视频', 'End call and video'),
    line('看最近的转账和待转账', 'Look at recent and pending transfers'),
    line('请家人过来', 'Ask family to come'),
    line('留下号码、账号和截图', 'Keep numbers, accounts, screenshots'),
  ],
  never: NEVER_MOVE_MONEY,
};

/** Own words after domain page E2; `screens` section 8 says how we speak. */
export const TABLE: Readonly<Record<Exclude<ScamType, 'other' | 'UNKNOWN'>, Advice>> = {
  fake_police: {
    say: [
      line('您没有犯事，我是来帮您的。', 'You are not in trouble. I am here to help.'),
      line(
        '真警察不在电话里办案，也没有“安全账户”。',
        'Real police take no statement by phone. There is no “safe account”.',
      ),
      line(
        '叫您谁也别说的人，就是骗子。先挂断，我们一起打 110 问。',
        'Who says “tell nobody” is the fraudster. Hang up, we call 110 together.',
      ),
    ],
    check: [
      line('挂断电话、视频，开飞行模式', 'End call and video, airplane mode on'),
      line('取消呼叫转移', 'Cancel call forwarding'),
      line('删掉会议和共享软件', 'Remove meeting and sharing apps'),
      line('请银行锁卡、停转账，请家人过来', 'Ask the bank to lock cards, family to come'),
    ],
    never: NEVER_MOVE_MONEY,
  },
  fake_service: {
    say: [
      line(
        '退钱给您，用不着您的验证码，也不用共享屏幕。',
        'No company needs your code or your screen to give money back.',
      ),
      line('要取消扣费，在官方软件里就能取消。', 'A fee is cancelled in the official app.'),
      line('退款从来不用先贷款。', 'A refund never needs a loan first.'),
    ],
    check: [
      line('删掉对方让装的软件', 'Remove the app they had installed'),
      line('换一部手机改密码', 'Change passwords from another phone'),
      line('查今天有没有新贷款', 'Look for new loans today'),
      line('请银行暂停转账，家人账户也看', 'Bank hold; look at family accounts too'),
    ],
    never: line(
      '别替本人点任何链接。不问密码和验证码。',
      'Never open a link for the person. Never ask for a password or a code.',
    ),
  },
  task_rebate: {
    say: [
      line('先给的小钱是饵。', 'The small wins were bait.'),
      line('真工作不会让您先垫钱。', 'A real job never asks you to pay first.'),
      line(
        '“卡单”就是最后一步，再转也拿不回来。',
        'The “stuck order” is the last step. More money brings nothing back.',
      ),
    ],
    check: [
      line('退群，停用软件', 'Leave the group, stop the app'),
      line('记下群号和收款人', 'Note group and payees'),
      line('查有没有借钱垫付', 'Look for money borrowed to pay'),
      line('拍下快递里的卡片', 'Photograph the card from the parcel'),
    ],
    never: line('别说“再试一单看看”。不责怪。', 'Never say “try one more”. Do not blame.'),
  },
  fake_invest: {
    say: [
      line('能提小钱，提不了大钱，这不是市场。', 'If small sums come out and large ones do not, it is no market.'),
      line(
        '现在申请提现：拖延或要交费，就是证明。费一分不交。',
        'Ask to withdraw now: a delay or a fee is the proof. Pay no fee.',
      ),
      line('正规机构在官方名单里，我们一起查。', 'Real brokers are on the official list. Let us look together.'),
    ],
    check: [
      line('记下软件名、网址、收款人', 'Note app, site and payees'),
      line('官方名单里查这家机构', 'Look the firm up in the official list'),
      line('“老师”是谁，怎么认识的', 'Who the “teacher” is, how they met'),
      line('有没有提前取的定期', 'Deposits broken early'),
    ],
    never: line('别和本人争收益高低。', 'Never argue about the returns.'),
  },
  romance_invest: {
    say: [
      line('没见过面的人，没有理由指挥您的钱。', 'Someone you never met has no reason to guide your money.'),
      line('视频里看见人，也不能证明是真的。', 'A video call is no proof any more.'),
      line('您的感情我们尊重，账户是假的。', 'We respect how you feel. The account is the lie.'),
    ],
    check: [
      line('认识多久，见过没有', 'How long, and ever met'),
      line('查头像照片出处', 'Search where the pictures come from'),
      line('收款人换过几个', 'How many payees there were'),
      line('有没有拿照片威胁，约第二次上门', 'Threats with photos; arrange a second visit'),
    ],
    never: line('别嘲笑，别说“他根本不爱你”。', 'Never mock, never say “he does not love you”.'),
  },
  fake_loan: {
    say: [
      line('真贷款不会先收钱。', 'A real lender never takes money first.'),
      line('卡号写错了改一下就行，不用交“解冻费”。', 'A wrong card number is corrected. It costs nothing.'),
      line('已经交的不要再追，我们来处理。', 'Do not pay to get it back. Leave that to us.'),
    ],
    check: [
      line('停用软件，留下合同', 'Stop the app, keep the contract'),
      line('列出交过的费', 'List the fees paid'),
      line('去银行查本人征信', 'Credit report at the bank'),
      line('有没有别的贷款', 'Any other loans'),
    ],
    never: line('别说“补交一次就清了”。', 'Never say that one more payment settles it.'),
  },
  fake_credit: {
    say: [
      line('征信谁也“洗”不掉。', 'Nobody can wipe a credit record.'),
      line('注销账户不用转账。', 'Closing an account needs no transfer.'),
      line('借出来的钱要您自己还，现在就停。', 'What was borrowed is yours to repay. Stop now.'),
    ],
    check: [
      line('关掉屏幕共享', 'Turn screen sharing off'),
      line('列出今天的贷款和时间', 'List today’s loans and times'),
      line('打给贷款方停止放款', 'Call the lenders to stop paying out'),
      line('把各家额度冻住', 'Freeze the credit limits'),
    ],
    never: line('别让本人再借新的还旧的。', 'Never let the person borrow again to repay.'),
  },
  impersonate_known: {
    say: [
      line('现在用老号码打给本人问一句。', 'Call the real person now, on the number you know.'),
      line('新收款人要两个人点头。', 'A new payee needs two people to agree.'),
      line('刚转的钱，几分钟内还追得回。', 'What has just left can be called back within minutes.'),
    ],
    check: [
      line('看群成员，谁拉进来的', 'Look at the group and who invited'),
      line('请银行马上追回', 'Ask the bank for a recall now'),
      line('查电脑有没有木马', 'Scan the computer'),
      line('看这家收款公司以前打过没有', 'Was this payee ever paid before'),
    ],
    never: line('别在那个群里核实。', 'Never check inside that group.'),
  },
  game_trade: {
    say: [
      line('买到的东西不用交押金解冻。', 'Nothing you bought needs a deposit to unlock.'),
      line('没有人会因为这个抓你。', 'Nobody will punish you for this.'),
      line('告诉爸妈，我们一起找平台。', 'Tell your parents. We go to the platform together.'),
    ],
    check: [
      line('和孩子、家长一起谈', 'Talk with child and parent together'),
      line('关掉免密支付', 'Turn password-free pay off'),
      line('设钱包限额', 'Set a wallet limit'),
      line('向平台举报', 'Report to the platform'),
    ],
    never: line('别当着孩子骂他。', 'Never scold the child.'),
  },
  fake_shopping: {
    say: [
      line('只在平台里付款。', 'Pay inside the platform only.'),
      line('要第二笔费，就是骗局。', 'A second fee is the scam.'),
      line('没到的货，不再付一分钱。', 'Pay nothing more for what has not come.'),
    ],
    check: [
      line('留下聊天记录', 'Keep the chat'),
      line('记下收款人', 'Note the payee'),
      line('查快递单号真假', 'Check the parcel number'),
      line('在平台申请介入', 'Open a case with the platform'),
    ],
    never: line('别替本人联系卖家谈价。', 'Never bargain with the seller for the person.'),
  },
  cash_courier: {
    say: [
      line('没有哪个单位会叫车来取现金、取黄金。', 'No office collects cash or gold by car.'),
      line('盒子送出去就回不来了。', 'The box does not come back.'),
      line('车还在路上，我们现在拦。', 'The car is still on the road. We stop it now.'),
    ],
    check: [
      line('叫停快递或网约车：车牌、单号', 'Stop parcel or ride: plate, order number'),
      line('通知站点和转运点', 'Tell station and courier hub'),
      line('问银行、金店的人', 'Ask bank and gold shop staff'),
      line('记下取货人样子', 'Note what the taker looks like'),
    ],
    never: line('别让本人自己去见取钱的人。', 'Never let the person meet the taker alone.'),
  },
  screen_share: {
    say: [
      line('共享屏幕的时候，他看得见每个验证码。', 'While the screen is shared he sees every code.'),
      line('在软件里点停止，缩小窗口不算。', 'Stop it inside the app. Minimising is not enough.'),
      line('先断网，再看钱。', 'Off the net first, then look at the money.'),
    ],
    check: [
      line('停止共享，开飞行模式', 'Stop sharing, airplane mode on'),
      line('删掉软件', 'Remove the app'),
      line('锁卡，各银行、钱包都看', 'Lock cards; look at all banks and wallets'),
      line('换一部手机改密码', 'New passwords from another phone'),
    ],
    never: NEVER_BLAME,
  },
};
