/**
 * What forms of registrations, grants, accreditations and qualifications mean (`act_forms/_registers.py`).
 */
import { getAddress, isAddress, stringToHex } from 'viem'

import { plainName } from '../drafts/lots'
import { typedConsignee, typedIssuer, typedSupplier } from '../drafts/typed'
import type { FormOf } from './forms'
import {
  above,
  Asked,
  choice,
  DIGEST,
  divisionOf,
  grantNamed,
  grantOver,
  hex,
  List,
  moment,
  number,
  reason,
  ROLES,
  signature,
  UNLIMITED,
  whole,
  type Makers,
  type Meaning,
  type Names,
  type Struct,
} from './meaning'
import { unitText } from './phrases'
import { formWrong, type Field } from './refusals'

type Granted = Pick<FormOf<'veto'>, 'holder' | 'role' | 'division' | 'subject'>

const GRADES = ['A', 'B', 'C', 'D'] as const
const REPLACEMENT_GAS = 5_000_000n
const UNIT_BYTES = 3

type Registering =
  | 'register-division' | 'close-division' | 'register-site' | 'close-site' | 'register-consignee'
  | 'close-consignee' | 'register-supplier' | 'register-issuer' | 'register-item' | 'set-factor'
  | 'grant' | 'revoke' | 'veto' | 'accept-class'
  | 'propose-replacement' | 'object-to-replacement' | 'decide-replacement' | 'execute-replacement'
  | 'accredit' | 'renew-accreditation' | 'suspend-accreditation' | 'reinstate-accreditation'
  | 'revoke-accreditation' | 'issue-qualification' | 'renew-qualification' | 'suspend-qualification'
  | 'reinstate-qualification' | 'revoke-qualification' // prettier-ignore

export const REGISTERING: Makers<Registering> = {
  'register-division': (form, make) => ({
    ...directory('registerDivision', {
      division_: number('division', form.division),
      nameDigest: DIGEST,
      authorityDivision: grantOver(make, whole('division', form.division)),
    }),
    name: named(form),
  }),
  'close-division': (form, make) =>
    directory('closeDivision', {
      division_: number('division', form.division),
      successor: number('successor', form.successor ?? 0),
      authorityDivision: grantOver(make, above(whole('division', form.division))),
    }),
  'register-site': (form, make) => ({
    ...directory('registerSite', {
      site_: number('site', form.site),
      disposal: new Asked('disposal', form.disposal ?? false),
      nameDigest: DIGEST,
      authorityDivision: grantOver(make, divisionOf(form.site)),
    }),
    name: named(form),
  }),
  'close-site': (form, make) =>
    directory('closeSite', {
      site_: number('site', form.site),
      successor: number('successor', form.successor ?? 0),
      authorityDivision: grantOver(make, divisionOf(form.site)),
    }),
  'register-consignee': (form, make) => ({
    ...directory('registerConsignee', {
      consignee_: id('consignee', typedConsignee(form.consignee)),
      division_: number('division', form.division),
      nameDigest: DIGEST,
      authorityDivision: grantOver(make, whole('division', form.division)),
    }),
    name: named(form),
  }),
  'close-consignee': (form, make) =>
    directory('closeConsignee', {
      consignee_: id('consignee', typedConsignee(form.consignee)),
      authorityDivision: grantOver(make, whole('division', form.division)),
    }),
  'register-supplier': (form, make) => ({
    ...suppliers('registerSupplier', {
      supplier: id('supplier', typedSupplier(form.supplier)),
      nameDigest: DIGEST,
      authorityDivision: grantNamed(make),
    }),
    name: named(form),
  }),
  'register-issuer': (form) => ({
    ...suppliers('registerIssuer', { issuer: issuer(form), nameDigest: DIGEST }),
    name: named(form),
  }),
  'register-item': (form) => ({
    ...catalogue('registerItem', {
      item_: number('item', form.item),
      qualificationCategory: number('category', form.category ?? 0),
      shelfLife: number('shelfLife', form.shelf_life ?? 0),
      unit: unit(form.unit),
      serial: new Asked('serial', form.serial ?? false),
      nameDigest: DIGEST,
    }),
    name: named(form),
  }),
  'set-factor': (form) =>
    catalogue('setFactor', {
      pack: number('pack', form.pack),
      unit: number('unit', form.unit),
      factor_: number('factor', form.factor),
    }),

  // -------------------------------------------------------------------------------------------- roles

  grant: (form, make) =>
    directory('grant', {
      ...granted(form),
      authorityDivision: grantOver(make, granting(form)),
      consent: signature('classConsent', form.class_consent),
    }),
  revoke: (form, make) =>
    directory('revoke', {
      ...granted(form),
      authorityDivision: grantOver(make, granting(form)),
      reason: reason('reason', 'revocation', form.reason),
      compromisedSince: moment(make, 'compromisedSince', form.compromised_since),
    }),
  veto: (form, make) =>
    directory('veto', {
      ...granted(form),
      authorityDivision: grantOver(make, above(whole('division', form.division))),
      reason: reason('reason', 'revocation', form.reason),
    }),
  'accept-class': (form) => directory('acceptClass', { role: role(form.role) }),
  'propose-replacement': (form, make) => ({
    ...directory('proposeReplacement', {
      oldHolder: address('oldHolder', form.old_holder),
      newHolder: address('newHolder', form.new_holder),
      grants: new List(
        'grants',
        form.grants.map((each) => ({
          division: number('division', each.division),
          subject: hex('subject', each.subject ?? '0'),
        })),
      ),
      authorityDivision: grantNamed(make),
      compromisedSince: moment(make, 'compromisedSince', form.compromised_since),
      newHolderConsent: signature('classConsent', form.class_consent),
    }),
    gas: REPLACEMENT_GAS,
  }),
  'object-to-replacement': (form) => directory('objectToReplacement', replacement(form)),
  'decide-replacement': (form, make) => ({
    ...directory('decideReplacement', {
      ...replacement(form),
      uphold: new Asked('uphold', form.uphold),
      authorityDivision: grantNamed(make),
      reason: reason('reason', 'decision', form.reason),
    }),
    gas: REPLACEMENT_GAS,
  }),
  'execute-replacement': (form) => ({
    ...directory('executeReplacement', replacement(form)),
    gas: REPLACEMENT_GAS,
  }),

  // -------------------------------------------------------------------------- accreditations, qualifications

  accredit: (form, make) =>
    suppliers('accredit', {
      ...accredited(form),
      from: moment(make, 'from', form.from),
      until: moment(make, 'until', form.until, UNLIMITED),
    }),
  'renew-accreditation': (form, make) =>
    suppliers('renewAccreditation', {
      ...accredited(form),
      until: moment(make, 'until', form.until, UNLIMITED),
    }),
  'suspend-accreditation': (form, make) =>
    suppliers('suspendAccreditation', {
      ...accredited(form),
      reason: reason('reason', 'suspension', form.reason),
      effectiveAt: moment(make, 'since', form.since),
    }),
  'reinstate-accreditation': (form) =>
    suppliers('reinstateAccreditation', {
      ...accredited(form),
      reason: reason('reason', 'reinstatement', form.reason),
    }),
  'revoke-accreditation': (form, make) =>
    suppliers('revokeAccreditation', {
      ...accredited(form),
      reason: reason('reason', 'revocation', form.reason),
      effectiveAt: moment(make, 'since', form.since),
    }),
  'issue-qualification': (form, make) =>
    suppliers('issueQualification', {
      issuer: issuer(form),
      supplier: id('supplier', typedSupplier(form.supplier)),
      category: number('category', form.category),
      grade: choice('grade', GRADES, form.grade),
      from: moment(make, 'from', form.from),
      until: moment(make, 'until', form.until),
      certificateDigest: new Asked('certificate', form.certificate),
    }),
  'renew-qualification': (form, make) =>
    suppliers('renewQualification', {
      ...qualification(form),
      grade: choice('grade', GRADES, form.grade),
      until: moment(make, 'until', form.until),
    }),
  'suspend-qualification': (form, make) =>
    suppliers('suspendQualification', {
      ...qualification(form),
      reason: reason('reason', 'suspension', form.reason),
      effectiveAt: moment(make, 'since', form.since),
    }),
  'reinstate-qualification': (form) =>
    suppliers('reinstateQualification', {
      ...qualification(form),
      reason: reason('reason', 'reinstatement', form.reason),
    }),
  'revoke-qualification': (form, make) =>
    suppliers('revokeQualification', {
      ...qualification(form),
      reason: reason('reason', 'revocation', form.reason),
      effectiveAt: moment(make, 'since', form.since),
    }),
}

function directory(name: string, values: Struct): Meaning {
  return { contract: 'Directory', function: name, arguments: values }
}

function suppliers(name: string, values: Struct): Meaning {
  return { contract: 'SupplierRegistry', function: name, arguments: values }
}

function catalogue(name: string, values: Struct): Meaning {
  return { contract: 'Catalogue', function: name, arguments: values }
}

function named({ zh = '', en = '' }: { readonly zh?: string; readonly en?: string }): Names {
  return { zh: plainName(zh), en: plainName(en) }
}

function id(field: Field, value: bigint): Asked {
  return hex(field, value.toString(16))
}

function issuer(form: { readonly issuer: string }): Asked {
  return id('issuer', typedIssuer(form.issuer))
}

function unit(code: string): Asked {
  if (!/^[A-Z0-9]{2,3}$/.test(code)) throw formWrong('unit', code)
  return new Asked('unit', stringToHex(code, { size: UNIT_BYTES }), (value) => unitText(value as string))
}

function role(name: FormOf<'accept-class'>['role']): Asked {
  return choice('role', ROLES, name)
}

function address(field: Field, typed: string): Asked {
  if (!isAddress(typed, { strict: false })) throw formWrong(field, typed)
  return new Asked(field, getAddress(typed))
}

function granted(form: Granted): Struct {
  return {
    holder: address('holder', form.holder),
    role: role(form.role),
    division_: number('division', form.division),
    subject: hex('subject', form.subject ?? '0'),
  }
}

/** Where a grant is made: that of an authority above it. */
function granting(form: Granted): bigint {
  const division = whole('division', form.division)
  return form.role === 'authority' ? above(division) : division
}

function replacement(form: { readonly replacement: number }): Struct {
  return { replacement: number('replacement', form.replacement) }
}

function accredited(form: Pick<FormOf<'accredit'>, 'issuer' | 'category'>): Struct {
  return { issuer: issuer(form), category: number('category', form.category) }
}

function qualification(form: { readonly qualification: string }): Struct {
  return { qualification: hex('qualification', form.qualification) }
}
