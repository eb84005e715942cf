// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { fieldCodes } from './problem';

/** What problems mean and what to do, in the person's language, by code. Others are shown as the platform wrote them. */
export function useProblemWords(): Partial<Record<string, string>> {
  const { t } = useTranslation();
  return {
    network: t('problem.network'),
    access_request_invalid: t('why.formInvalid'),
    access_request_open: t('why.requestOpen'),
    access_request_state: t('why.requestState'),
    access_request_changed: t('why.requestState'),
    access_link_invalid: t('why.accessLink'),
    second_person_needed: t('why.secondPerson'),
    too_many_requests: t('why.tooMany'),
    sign_in_refused: t('why.signInRefused'),
    sign_in_delayed: t('why.signInDelayed'),
    second_factor_needed: t('why.secondFactorNeeded'),
    member_suspended: t('why.memberSuspended'),
    organization_suspended: t('why.organizationSuspended'),
    no_organization: t('why.noOrganization'),
    invitation_invalid: t('why.invitationInvalid'),
    invitation_for_another: t('why.invitationForAnother'),
    invitation_ended: t('why.invitationEnded'),
    invitation_not_found: t('why.invitationInvalid'),
    reset_invalid: t('why.resetInvalid'),
    password_wrong: t('why.passwordWrong'),
    password_length: t('why.passwordLength'),
    password_guessable: t('why.passwordGuessable'),
    code_wrong: t('why.codeWrong'),
    invitations_too_many: t('why.invitationsTooMany'),
    member_not_administrator: t('why.memberNotAdministrator'),
    last_operator: t('why.lastOperator'),
    last_administrator: t('why.lastAdministrator'),
    member_exists: t('why.memberExists'),
    member_session_needed: t('why.memberSession'),
    administrator_expired: t('why.administratorExpired'),
    administrator_foreign: t('why.administratorForeign'),
    administrator_revoked: t('why.administratorRevoked'),
    administrator_role: t('why.administratorRole'),
    operation_cancelled: t('why.operationCancelled'),
    operation_not_waiting: t('why.operationNotWaiting'),
    signature_request_closed: t('why.signatureClosed'),
    signature_invalid: t('why.signatureInvalid'),
    link_invalid: t('why.linkInvalid'),
    token_invalid: t('why.tokenInvalid'),
    signin_settings_invalid: t('why.signInInvalid'),
    client_cert_not_served: t('why.clientCertNotServed'),
    authority_not_revocable: t('why.authorityNotRevocable'),
    certificate_in_use: t('why.certificateInUse'),
    certificate_key_in_use: t('why.certificateInUse'),
    certificate_revoked_already: t('why.certificateRevokedAlready'),
    certificate_not_held: t('why.certificateNotHeld'),
    certificate_held_otherwise: t('why.certificateHeldOtherwise'),
    certificate_bound: t('why.certificateBound'),
    certificate_holder_suspended: t('why.certificateHolderSuspended'),
    certificate_not_personal: t('why.certificateNotPersonal'),
    certificate_issuer_mismatch: t('why.issuerMismatch'),
    status_source_missing: t('why.statusSource'),
    ledger_member_exists: t('why.ledgerMember'),
    mail_forgotten: t('why.mailForgotten'),
    mail_sent: t('why.mailSent'),
    device_key_held: t('why.deviceKeyHeld'),
    device_key_revoked: t('why.deviceKeyRevoked'),
    device_key_expired: t('why.deviceKeyExpired'),
    ...useSignInProblemWords(),
    ...useExternalProblemWords(),
  };
}

/** Why something of an organization that issues for itself was refused. */
function useExternalProblemWords(): Partial<Record<string, string>> {
  const { t } = useTranslation();
  return {
    organization_issues_for_itself: t('why.issuesForItself'),
    organization_issues_here: t('why.issuesHere'),
    msp_missing: t('why.mspMissing'),
    msp_tls_roots_missing: t('why.mspTlsRoots'),
    msp_units_foreign: t('why.mspUnits'),
    msp_units_restricted: t('why.mspUnits'),
    msp_units_bound: t('why.mspUnits'),
    msp_authority_taken: t('why.mspAuthorityTaken'),
    msp_unchanged: t('why.mspUnchanged'),
    msp_change_running: t('why.mspChanging'),
    msp_chain_broken: t('why.chainBroken'),
    msp_crl_foreign: t('why.listForeign'),
    msp_crl_malformed: t('why.listMalformed'),
    msp_crl_future: t('why.listFuture'),
    msp_crl_too_large: t('why.listTooLarge'),
    msp_crl_older: t('why.listOlder'),
    certificate_key_mismatch: t('why.keyMismatch'),
    certificate_role_wrong: t('why.roleWrong'),
    certificate_usage_wrong: t('why.usageWrong'),
    certificate_ext_usage_wrong: t('why.extUsageWrong'),
    certificate_is_authority: t('why.isAuthority'),
    certificate_not_yet_valid: t('why.notYetValid'),
    certificate_recorded: t('why.recorded'),
    ledger_office_missing: t('why.officeMissing'),
  };
}

/** Why a sign-in elsewhere, or with a certificate, did not succeed: what /signin?problem= names. */
function useSignInProblemWords(): Partial<Record<string, string>> {
  const { t } = useTranslation();
  return {
    identity_taken: t('why.identityTaken'),
    last_sign_in: t('why.lastSignIn'),
    sign_in_stale: t('why.signInStale'),
    member_unknown: t('why.memberUnknown'),
    signin_lost: t('why.signInLost'),
    signin_used: t('why.signInLost'),
    signin_expired: t('why.signInExpired'),
    signin_denied: t('why.signInDenied'),
    signin_provider_failed: t('why.providerFailed'),
    signin_code_refused: t('why.providerFailed'),
    signin_token_refused: t('why.providerFailed'),
    provider_not_found: t('why.providerAbsent'),
    signin_settings_changed: t('why.settingsChanged'),
    signin_session_too_old: t('why.sessionTooOld'),
    signin_proof_needed: t('why.sessionTooOld'),
    certificate_missing: t('why.certificateMissing'),
    certificate_usage: t('why.certificateUsage'),
    certificate_untrusted: t('why.certificateUntrusted'),
    certificate_expired: t('why.certificateExpired'),
    certificate_revoked: t('why.certificateRevoked'),
    certificate_subject: t('why.certificateSubject'),
    revocation_unknown: t('why.revocationUnknown'),
  };
}

/** What is wrong with a field, by the code of the complaint. */
export function useFieldWords(): Partial<Record<string, string>> {
  const { t } = useTranslation();
  return {
    kind: t('form.choose'),
    tier: t('form.choose'),
    locale: t('form.choose'),
    text: t('field.text'),
    phone: t('field.phone'),
    terms: t('field.terms'),
    email_invalid: t('field.email'),
    identifier_empty: t('form.required'),
    identifier_character: t('field.identifierCharacter'),
    identifier_length: t('field.identifierLength'),
    identifier_format: t('field.identifierFormat'),
    identifier_check: t('field.identifierCheck'),
    identifier_country: t('field.identifierCountry'),
    identifier_kind: t('field.identifierKind'),
  };
}

/** Complaints of a problem about the request's fields, by field, in the person's language where the code is known. */
export function useComplaints(error: unknown): Partial<Record<string, string>> {
  const words = useFieldWords();
  return Object.fromEntries(Object.entries(fieldCodes(error)).map(([field, code]) => [field, words[code] ?? code]));
}
