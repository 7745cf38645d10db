/** Words of the district office. */
import { both } from './both'
import { needs } from './district/needs'
import { reallocation } from './district/reallocation'

const office = both(
  {
    title: 'District',
    about: 'What sites ask for, who can give it, and where floors are not met.',
    parts: 'Parts of the district office',
    place: 'Division',
    placeHint: 'Everything below is about this division and what lies in it.',
    noPlace: 'You read no division. Sign in with an account or a key that does.',
    overview: 'Overview',
    none: 'none',
    atLeast: 'at least {count}',
    noneOfFirst: 'none among the first {most}; there are more',
    counts: {
      requests: 'Open requests',
      proposals: 'Proposals to be decided',
      gaps: 'Gaps against floors',
      stale: 'Sites that owe a count',
      emergency: 'Emergencies in force',
    },
    act: {
      prepare: 'Prepare for signing',
      who: 'Open the key that signs this.',
      back: 'Change it',
    },
  },
  {
    title: '区级调剂',
    about: '各储备点的申请、可调出的物资，以及未达保底量之处。',
    parts: '区级调剂的各部分',
    place: '区划',
    placeHint: '以下内容均限于该区划及其下辖范围。',
    noPlace: '您尚不能查看任何区划。请用有权限的账户或密钥登录。',
    overview: '概览',
    none: '无',
    atLeast: '至少 {count}',
    noneOfFirst: '前 {most} 个中没有，其后尚未查看',
    counts: {
      requests: '待满足的申请',
      proposals: '待决定的调剂方案',
      gaps: '保底量缺口',
      stale: '逾期未盘点的储备点',
      emergency: '现行应急状态',
    },
    act: {
      prepare: '准备签署',
      who: '请打开用来签署的密钥。',
      back: '修改',
    },
  },
)

export const district = {
  en: { ...office.en, ...reallocation.en, ...needs.en },
  zh: { ...office.zh, ...reallocation.zh, ...needs.zh },
}
