// SPDX-License-Identifier: Apache-2.0

package exams

// CheckStudentRef is the rule of student references.
func CheckStudentRef(ref string) error { return checkStudentRef(ref) }

// ParseSecret reads the transient input "result".
func ParseSecret(data []byte) (mark, salt string, raw []byte, err error) {
	s, err := parseSecret(data)
	return s.Mark, s.Salt, s.salt, err
}

// ParseBatch reads the transient input "results" and tells how many results it has.
func ParseBatch(session string, data []byte) (int, error) {
	batch, err := parseBatch(session, data)
	return len(batch), err
}

// Shapes are the patterns by parameter.
func Shapes() map[string]string {
	return map[string]string{
		"sessionID": shapeSession, "subject": shapeSubject, "studentRef": shapeStudentRef, "member": shapeMember,
	}
}

// ShapeMark is the pattern of marks.
const ShapeMark = shapeMark

// MaxVersions is how many versions a result may have.
const MaxVersions = maxVersions
