// SPDX-License-Identifier: Apache-2.0

package clinic

// The codes of findings. They are part of the API: programs match them, and each has texts in every language.
const (
	codeAccepted           = "accepted"
	codePrivateKey         = "private_key"
	codeKeyContainer       = "key_container"
	codeMalformed          = "malformed"
	codeCertificateMissing = "certificate_missing"
	codeRequestMissing     = "request_missing"
	codeUnneeded           = "unneeded"

	codeRSALeaf        = "rsa_leaf"
	codeRSAAuthority   = "rsa_authority"
	codeRSAShort       = "rsa_short"
	codeRSAHuge        = "rsa_huge"
	codeCurveUnusual   = "curve_unusual"
	codeEd25519        = "ed25519"
	codeKeyUnsupported = "key_unsupported"

	codeUsageMissing   = "key_usage_missing"
	codeNoSignature    = "key_usage_no_signature"
	codeLeafCertSign   = "key_usage_cert_sign"
	codeNoServerAuth   = "ext_usage_no_server_auth"
	codeNoClientAuth   = "ext_usage_no_client_auth"
	codeLeafIsCA       = "leaf_is_ca"
	codeNoSAN          = "no_alternative_name"
	codeUnitMissing    = "unit_missing"
	codeUnitMultiple   = "unit_multiple"
	codeUnitCase       = "unit_case"
	codeUnitWrong      = "unit_wrong"
	codeNotCA          = "ca_constraint_missing"
	codeNoCertSign     = "ca_no_cert_sign"
	codeCAUsageMissing = "ca_key_usage_missing"
	codeNoCRLSign      = "ca_no_crl_sign"
	codeNoSKI          = "ca_no_key_id"

	codeExpired            = "expired"
	codeNotYetValid        = "not_yet_valid"
	codeExpiresSoon        = "expires_soon"
	codeStartsBeforeIssuer = "starts_outside_issuer"
	codeOutlivesIssuer     = "outlives_issuer"
	codeHashWeak           = "hash_weak"
	codeSignatureInvalid   = "signature_invalid"
	codeHighS              = "signature_high_s"
	codeSerialInvalid      = "serial_invalid"
	codeSerialDuplicate    = "serial_duplicate"
	codeCriticalUnknown    = "critical_unknown"
	codeNoRevocation       = "no_revocation_source"
	codeOCSPOnly           = "ocsp_only"

	codeChainOrder      = "chain_order"
	codeChainGap        = "chain_gap"
	codeIssuerNotGiven  = "issuer_not_given"
	codeRootMissing     = "root_missing"
	codeSeveralRoots    = "several_roots"
	codeIssuerAmbiguous = "issuer_ambiguous"
	codeIssuerNotLowest = "issuer_not_lowest"
	codeDuplicate       = "duplicate"
	codePathLength      = "path_length"
	codeNameConstraints = "name_constraints"
	codeNameViolated    = "name_violated"
	codeVerifyFailed    = "verify_failed"

	codeRequestSignature  = "request_signature_invalid"
	codeRequestsCA        = "request_asks_ca"
	codeRequestsNoCA      = "request_asks_no_ca"
	codeSubjectForeign    = "request_subject_foreign"
	codeSubjectEmpty      = "request_subject_empty"
	codeExtensionsIgnored = "request_extensions_ignored"

	codeListNoKeyID   = "list_no_key_id"
	codeListEndless   = "list_endless"
	codeListOutdated  = "list_outdated"
	codeListForeign   = "list_foreign"
	codeListSignature = "list_signature_invalid"
	codeRevoked       = "revoked"

	// CodeMSPRefused is for what internal/fabric/msp refuses in an MSP definition, with the values code and reason.
	CodeMSPRefused = "msp_refused"
	// CodeNodeOUsOff is for an MSP that does not classify its identities by OU.
	CodeNodeOUsOff = "msp_node_ous_off"
	// CodeNodeOUsForeign is for an MSP whose OUs are not the platform's, with the value units.
	CodeNodeOUsForeign = "msp_node_ous_foreign"
)

// Codes gives the codes of all findings.
func Codes() []string {
	return []string{
		codeAccepted, codePrivateKey, codeKeyContainer, codeMalformed, codeCertificateMissing, codeRequestMissing,
		codeUnneeded, codeRSALeaf, codeRSAAuthority, codeRSAShort, codeRSAHuge, codeCurveUnusual, codeEd25519,
		codeKeyUnsupported, codeUsageMissing, codeNoSignature, codeLeafCertSign, codeNoServerAuth, codeNoClientAuth,
		codeLeafIsCA, codeNoSAN, codeUnitMissing, codeUnitMultiple, codeUnitCase, codeUnitWrong, codeNotCA, codeNoCertSign,
		codeCAUsageMissing, codeNoCRLSign, codeNoSKI, codeExpired, codeNotYetValid, codeExpiresSoon,
		codeStartsBeforeIssuer, codeOutlivesIssuer, codeHashWeak, codeSignatureInvalid, codeHighS, codeSerialInvalid,
		codeSerialDuplicate, codeCriticalUnknown, codeNoRevocation, codeOCSPOnly, codeChainOrder, codeChainGap,
		codeIssuerNotGiven, codeRootMissing, codeSeveralRoots, codeIssuerAmbiguous, codeIssuerNotLowest, codeDuplicate,
		codePathLength, codeNameConstraints, codeNameViolated, codeVerifyFailed, codeRequestSignature, codeRequestsCA,
		codeRequestsNoCA, codeSubjectForeign, codeSubjectEmpty, codeExtensionsIgnored, codeListNoKeyID, codeListEndless,
		codeListOutdated, codeListForeign, codeListSignature, codeRevoked, CodeMSPRefused, CodeNodeOUsOff,
		CodeNodeOUsForeign,
	}
}
