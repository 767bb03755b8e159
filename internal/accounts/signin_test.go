package accounts

import (
	"testing"

	"tracker/internal/problem"
)

func TestSignInOpensASessionAndSignOutEndsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		in := h.signIn(" Focal@Tracker.example ")
		actor, info, err := h.Session(t.Context(), in.Session, "r1")
		must(t, err)
		focal.Request = "r1"
		if actor != focal || info.Device != "Test" || !info.Current {
			t.Errorf("the session is of %+v on %q, want %+v", actor, info.Device, focal)
		}
		must(t, h.SignOut(t.Context(), actor, in.Session))
		_, _, err = h.Session(t.Context(), in.Session, "r2")
		wantKind(t, "a copied cookie after sign-out", err, problem.NotFound)
		h.whole()
	})
}
