package narrative

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestABundleIsCutWhereItHangsTogether(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"Train police and prosecutors and adopt SOPs.", []string{"Train police and prosecutors.", "Adopt SOPs."}},
		{"Train inspectors, and publish the figures of each quarter.", []string{"Train inspectors.", "Publish the figures of each quarter."}},
		{"Significantly increase funds for shelters and proactively screen migrants.", []string{"Significantly increase funds for shelters.", "Proactively screen migrants."}},
		{"Train inspectors; adopt SOPs; and publish figures.", []string{"Train inspectors.", "Adopt SOPs.", "Publish figures."}},
		{"Improve the care of victims by: (a) opening a shelter; (b) paying for transport; and (c) hiring staff.",
			[]string{"Improve the care of victims by opening a shelter.", "Improve the care of victims by paying for transport.", "Improve the care of victims by hiring staff."}},
		{"(1) Train inspectors. (2) Publish figures.", []string{"Train inspectors.", "Publish figures."}},
		{"Improve the care of victims: open a second shelter; pay for transport.", []string{"Improve the care of victims open a second shelter.", "Improve the care of victims pay for transport."}},
		{"Former les inspecteurs et publier les chiffres.", []string{"Former les inspecteurs.", "Publier les chiffres."}},
		{"Capacitar os inspectores e publicar os números.", []string{"Capacitar os inspectores.", "Publicar os números."}},
	} {
		if diff := cmp.Diff(c.want, Split(c.in)); diff != "" {
			t.Errorf("%s\n%s", c.in, diff)
		}
	}
}

func TestOneDemandIsCutInTwo(t *testing.T) {
	for _, in := range []string{
		"Increase efforts to investigate and prosecute traffickers.",
		"Increase efforts to investigate, prosecute, and convict traffickers.",
		"Develop and implement a plan of action.",
		"Provide shelter and support services to victims.",
		"Train police to identify victims and adopt SOPs.",
		"Ensure courts hear witnesses and protect them.",
		"Establish a unit that will investigate cases and train officers.",
		"Fund the shelter (including staff; and meals).",
		"Adopt the law (and train those who apply it).",
		"The law; the rules.",
		"Amend article 5 (a) and article 6 (b) of the law.",
		"Train inspectors.",
		"Police and train.",
	} {
		if got := Split(in); len(got) != 1 || got[0] != in {
			t.Errorf("%s\nwas cut into %q", in, got)
		}
	}
	if got := Split("  "); got != nil {
		t.Errorf("nothing gives %q", got)
	}
}
