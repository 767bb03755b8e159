package publications

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/reports"
)

// inside are words that no partner may read, each typed in another place;
// outside are those that the partner's pack and record tell.
var (
	insidePack   = []string{"zqnote", "zqstance", "zqtalk", "zqquestion", "zqnotes", "zqclosed", "zqinner", "zqother", "zqsaid", "zqheard", "zqagreed", "zqaction", "zqundertaken"}
	insideRecord = []string{"zqnote", "zqstance", "zqtalk", "zqquestion", "zqnotes", "zqclosed", "zqinner", "zqother", "zqasks"}
	tellsPack    = []string{"zqtitle", "zqplace", "zqours", "zqtheirs", "zqpoint", "zqasks"}
	tellsRecord  = []string{"zqtitle", "zqplace", "zqours", "zqtheirs", "zqpoint", "zqsaid", "zqheard", "zqagreed", "zqaction", "zqundertaken"}
)

// talked is a dialogue with the embassy that was held three days ago: all that
// can be written of one is written.
func (p *press) talked() int64 {
	p.t.Helper()
	p.another()
	var d dialogues.Dialogue
	p.Do(p.t, func(tx *gorm.DB) (err error) {
		one := p.Actors["one"]
		closed, err := plan.Add(tx, p.clock, one, plan.CommitmentNew{Country: plantest.Country, Ref: "AP-9", Origin: plan.FromActionPlan, EffectiveOn: plantest.Day("2021-06-01"),
			Terms: plan.Terms{Title: "zqclosed", Text: "zqclosed", LeadID: p.Institutions["MHA"], Share: plan.Internal}})
		if err != nil {
			return err
		}
		d, err = dialogues.Add(tx, p.clock, one, dialogues.DialogueNew{Country: plantest.Country, Fields: dialogues.Fields{Title: "Talk zqtitle", HeldOn: plantest.Day("2021-11-05"), Place: "zqplace",
			OurSide: "zqours", TheirSide: "zqtheirs", Note: "zqnote", PartnerID: p.Institutions["USE"]}})
		if err != nil {
			return err
		}
		var asked int64
		if err := tx.Raw("SELECT recommendation_id FROM items WHERE id = ?", p.Items["TIP 2021/1a"]).Scan(&asked).Error; err != nil {
			return err
		}
		agenda, err := dialogues.Choose(tx, p.clock, one, dialogues.Choice{Country: plantest.Country, DialogueID: d.ID, Recommendations: []int64{asked}, Commitments: []string{"NSF 1.1.1", closed.Ref}, Points: []string{"zqpoint"}})
		if err != nil {
			return err
		}
		for _, i := range agenda {
			w := dialogues.Writing{Country: plantest.Country, DialogueID: d.ID, ID: i.ID, Texts: dialogues.Texts{Stance: "zqstance", TalkingPoints: "zqtalk", Questions: "zqquestion", Asks: "zqasks", Notes: "zqnotes",
				Said: "zqsaid", Heard: "zqheard", Agreed: "zqagreed"}, Seen: map[dialogues.Field]int64{}}
			for _, f := range slices.Concat(dialogues.Before, dialogues.Record) {
				w.Seen[f] = 0
			}
			if err := dialogues.Write(tx, p.clock, one, w); err != nil {
				return err
			}
		}
		return p.agreed(tx, d.ID, agenda[0].ID)
	})
	return d.ID
}

// agreed records an action that may leave and one that may not, and what two
// partners undertook.
func (p *press) agreed(tx *gorm.DB, dialogue, item int64) error {
	one := p.Actors["one"]
	for ref, share := range map[string]plan.Audience{"DIA-1": "", "DIA-2": plan.Internal} {
		title := map[string]string{"DIA-1": "zqaction", "DIA-2": "zqinner"}[ref]
		if _, err := dialogues.Agree(tx, p.clock, one, dialogues.AgreedNew{Country: plantest.Country, DialogueID: dialogue, ID: item, Ref: ref, Title: title, LeadID: p.Institutions["MHA"],
			DueOn: plantest.Day("2022-01-31"), Share: share}); err != nil {
			return err
		}
	}
	for who, text := range map[string]string{"use": "zqundertaken", "eud": "zqother"} {
		if _, err := dialogues.Undertake(tx, p.clock, one, dialogues.UndertakingNew{Country: plantest.Country, DialogueID: dialogue, ID: item, InstitutionID: p.Actors[who].InstitutionID, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

func (p *press) query(who string) reports.Query {
	return reports.Query{Actor: p.Actors[who], Country: plantest.Country, D: p.clock.Today(), Rules: reports.DefaultRules}
}

func (p *press) prepareOf(who string, dialogue int64, pack dialogues.Pack) (int64, error) {
	return p.PrepareDialogue(p.t.Context(), p.Actors[who], p.key(), about, p.query(who), dialogue, pack)
}

// recorded prepares and publishes the record of a dialogue.
func (p *press) recorded(dialogue int64) string {
	p.t.Helper()
	id, err := p.prepareOf("one", dialogue, dialogues.OfRecord)
	p.must(err)
	return p.publish("sign", id)
}

func (p *press) clear(who, label, verdict, remark string) string {
	return said(p.Clear(p.t.Context(), p.Actors[who], p.key(), plantest.Country, label, verdict, remark))
}

// unpacked is all that a file says: its bytes, what it packs, and its text as a
// reader sees it.
func unpacked(t *testing.T, format string, body []byte) string {
	t.Helper()
	all := string(body)
	switch format {
	case "pdf":
		name := filepath.Join(t.TempDir(), "file.pdf")
		if err := os.WriteFile(name, body, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, tool := range [][]string{{"pdftotext", "-raw", name, "-"}, {"qpdf", "--qdf", "--object-streams=disable", name, "-"}} {
			out, err := exec.CommandContext(t.Context(), tool[0], tool[1:]...).Output()
			if err != nil {
				t.Fatal(err)
			}
			all += string(out)
		}
	case "xlsx":
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		for _, member := range z.File {
			f, err := member.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(f)
			if err != nil {
				t.Fatal(err)
			}
			all += string(text)
		}
	}
	return all
}

// What leaked: talking points, questions, notes and the position that was not
// chosen; commitments and actions that are not shared; what another partner
// undertook; before the dialogue, what was said in it.
func TestWhatLeavesOfADialogueHoldsNoInternalTextInAnyByte(t *testing.T) {
	eachPress(t, func(p *press) {
		dialogue := p.talked()
		for pack, want := range map[dialogues.Pack][2][]string{dialogues.ForPartner: {tellsPack, insidePack}, dialogues.OfRecord: {tellsRecord, insideRecord}} {
			id, err := p.prepareOf("one", dialogue, pack)
			p.must(err)
			files := p.forms(p.publish("sign", id))
			if len(files) != 3 {
				p.t.Fatalf("%d files", len(files))
			}
			files["value"] = []byte(p.value(id))
			for format, body := range files {
				text := unpacked(p.t, format, body)
				for _, word := range want[0] {
					if !strings.Contains(text, word) {
						p.t.Errorf("%s as %s does not tell %s", pack, format, word)
					}
				}
				for _, word := range want[1] {
					if strings.Contains(text, word) {
						p.t.Errorf("%s as %s tells %s", pack, format, word)
					}
				}
			}
		}
	})
}

// What leaked: the day and the title of a dialogue with another partner, and
// what was agreed there; of one with the same partner only its title stays.
func TestAPackTellsOfNoDialogueWithAnother(t *testing.T) {
	eachPress(t, func(p *press) {
		p.another()
		earlier := func(who, on, ref string) {
			p.Do(p.t, func(tx *gorm.DB) error {
				one := p.Actors["one"]
				d, err := dialogues.Add(tx, p.clock, one, dialogues.DialogueNew{Country: plantest.Country, Fields: dialogues.Fields{Title: "Talk zq" + who, HeldOn: plantest.Day(on), PartnerID: p.Actors[who].InstitutionID}})
				if err != nil {
					return err
				}
				agenda, err := dialogues.Choose(tx, p.clock, one, dialogues.Choice{Country: plantest.Country, DialogueID: d.ID, Points: []string{"A point"}})
				if err != nil {
					return err
				}
				_, err = dialogues.Agree(tx, p.clock, one, dialogues.AgreedNew{Country: plantest.Country, DialogueID: d.ID, ID: agenda[0].ID, Ref: ref, Title: "zqagreed" + who, LeadID: p.Institutions["MHA"], DueOn: plantest.Day("2022-01-31")})
				return err
			})
		}
		earlier("use", "2021-08-02", "DIA-7")
		earlier("eud", "2021-10-04", "DIA-8")
		var now dialogues.Dialogue
		p.Do(p.t, func(tx *gorm.DB) (err error) {
			now, err = dialogues.Add(tx, p.clock, p.Actors["one"], dialogues.DialogueNew{Country: plantest.Country, Fields: dialogues.Fields{Title: "Now", HeldOn: plantest.Day("2021-11-18"), PartnerID: p.Institutions["USE"]}})
			return err
		})
		b, err := reports.BuildPack(p.t.Context(), p.DB, about, p.query("one"), now.ID, dialogues.ForPartner)
		p.must(err)
		if b.Since != plantest.Day("2021-08-02") || b.SinceIs != reports.SinceDialogue {
			p.t.Errorf("compared with %s (%s)", b.Since, b.SinceIs)
		}
		for _, f := range (Value{Dialogue: &b}).Forms() {
			file, err := p.render(f)
			p.must(err)
			text := unpacked(p.t, f.Name, file.Body)
			if !strings.Contains(text, "zqagreeduse") {
				p.t.Errorf("%s does not tell what was agreed before", f.Name)
			}
			for _, no := range []string{"zqagreedeud", "Talk zq", "2021-10-04", "4 October 2021", "4 Oct 2021"} {
				if strings.Contains(text, no) {
					p.t.Errorf("%s tells %q", f.Name, no)
				}
			}
		}
	})
}

// The parts that were chosen stand in a pack; what was frozen is told again
// without a loss.
func TestAPackHasThePartsThatWereChosen(t *testing.T) {
	eachPress(t, func(p *press) {
		dialogue := p.talked()
		p.Do(p.t, func(tx *gorm.DB) error {
			return dialogues.ChooseParts(tx, p.clock, p.Actors["one"], dialogues.PartsChosen{Country: plantest.Country, DialogueID: dialogue, Pack: dialogues.ForPartner, Parts: []dialogues.Part{dialogues.PartStance}})
		})
		id, err := p.prepareOf("one", dialogue, dialogues.ForPartner)
		p.must(err)
		before, err := reports.BuildPack(p.t.Context(), p.DB, about, p.query("one"), dialogue, dialogues.ForPartner)
		p.must(err)
		told, err := p.Prepared(p.t.Context(), p.Actors["one"], plantest.Country, id)
		p.must(err)
		v, err := p.Value(p.t.Context(), p.Actors["one"], told)
		p.must(err)
		for _, f := range (Value{Dialogue: &before}).Forms() {
			fresh, err := p.render(f)
			p.must(err)
			again, err := p.Preview(v, f.Name)
			p.must(err)
			if !bytes.Equal(fresh.Body, again.Body) {
				p.t.Errorf("%s of what was frozen is another one", f.Name)
			}
			if text := unpacked(p.t, f.Name, again.Body); !strings.Contains(text, "zqstance") || strings.Contains(text, "zqasks") {
				p.t.Errorf("%s has not the parts that were chosen", f.Name)
			}
		}
	})
}

// A record goes to the partner alone. It asks for a change, and the newer
// record replaces the first; it clears that, and the cleared one replaces it,
// with the posts of both sides. Inside it the partner rates.
func TestARecordIsClearedByBothSides(t *testing.T) {
	eachPress(t, func(p *press) {
		p.addPeriod()
		dialogue := p.talked()
		first := p.recorded(dialogue)
		for who, sees := range map[string]bool{"use": true, "eud": false, "bds": false, "mha": true, "nobody": false} {
			if _, err := p.read(who, first); (err == nil) != sees {
				p.t.Errorf("%s reads the record: %v", who, err)
			}
		}
		for _, c := range []struct{ who, verdict, remark, want string }{
			{"eud", VerdictCleared, "", "problem.not_found"}, {"bds", VerdictCleared, "", "problem.not_found"}, {"one", VerdictCleared, "", "record.error.partner"},
			{"use", VerdictChanges, " ", "problem.invalid remark: record.error.remark"}, {"use", "yes", "", "problem.invalid verdict: record.error.verdict"},
			{"use", VerdictChanges, "The second sentence was ours.", ""}} {
			if got := p.clear(c.who, first, c.verdict, c.remark); got != c.want {
				p.t.Errorf("%s says %s: %q, want %q", c.who, c.verdict, got, c.want)
			}
		}
		if _, err := p.PrepareCleared(p.t.Context(), p.Actors["one"], p.key(), plantest.Country, first); said(err) != "record.error.not_cleared" {
			p.t.Errorf("a record that was not cleared: %q", said(err))
		}
		second := p.recorded(dialogue)
		p.replaced(first, second)
		if got := p.clear("use", first, VerdictCleared, ""); got != "record.error.closed" {
			p.t.Errorf("a record that was replaced is cleared: %q", got)
		}
		if got := p.clear("use", second, VerdictCleared, ""); got != "" {
			p.t.Errorf("clearing: %q", got)
		}
		if got := p.clear("use", second, VerdictChanges, "Too late"); got != "record.error.closed" {
			p.t.Errorf("a cleared record is changed: %q", got)
		}
		p.must(p.rate("use", second, "TIP 2021/1", reports.Partially))
		p.must(p.rate("use", second, "DIA-1", "on_track"))
		p.cleared(second)
		report, err := audit.Verify(p.t.Context(), p.DB)
		if err != nil || !report.OK() {
			p.t.Errorf("the trail: %+v, %v", report, err)
		}
	})
}

// replaced holds that a record was recalled for a newer one, as the partner
// reads it.
func (p *press) replaced(old, newer string) {
	p.t.Helper()
	told, err := p.read("use", old)
	if err != nil || told.State != Recalled || told.Replacement != newer || told.RecallReason == "" {
		p.t.Errorf("%s: %s, replaced by %q because of %q, %v", old, told.State, told.Replacement, told.RecallReason, err)
	}
}

// cleared prepares the cleared form of a record, which waits alone, and
// publishes it.
func (p *press) cleared(label string) {
	p.t.Helper()
	if _, err := p.PrepareCleared(p.t.Context(), p.Actors["mha"], p.key(), plantest.Country, label); said(err) != "problem.coordinators_only" {
		p.t.Errorf("a focal point prepares: %q", said(err))
	}
	id, err := p.PrepareCleared(p.t.Context(), p.Actors["one"], p.key(), plantest.Country, label)
	p.must(err)
	if _, err := p.PrepareCleared(p.t.Context(), p.Actors["one"], p.key(), plantest.Country, label); said(err) != "record.error.waiting" {
		p.t.Errorf("a second record waits: %q", said(err))
	}
	if _, err := p.Publish(p.t.Context(), p.Actors["one"], p.key(), id, 1); said(err) != "publications.error.four_eyes" {
		p.t.Errorf("who prepared publishes: %q", said(err))
	}
	final := p.publish("two", id)
	p.replaced(label, final)
	told, err := p.read("use", final)
	p.must(err)
	v, err := p.Value(p.t.Context(), p.Actors["use"], told)
	p.must(err)
	if _, others, err := p.Beside(p.t.Context(), p.Actors["use"], plantest.Country, final); err != nil || len(others) != 0 {
		p.t.Errorf("a record can be compared with %d, %v", len(others), err)
	}
	if _, err := p.Compare(p.t.Context(), p.Actors["use"], plantest.Country, final, label); said(err) != "problem.not_found" {
		p.t.Errorf("records are compared: %q", said(err))
	}
	want := []reports.ClearedStatus{{Post: "Post of sign", On: p.clock.Today()}, {Institution: "Name of USE", Post: "Post of use", On: p.clock.Today()}}
	if told.ClearedAs() != label || told.WaitsForClearance() || !slices.Equal(v.Dialogue.Cleared, want) {
		p.t.Errorf("cleared as %q by %+v", told.ClearedAs(), v.Dialogue.Cleared)
	}
	if text := unpacked(p.t, "pdf", p.forms(final)["pdf"]); !strings.Contains(text, "Post of use") || !strings.Contains(text, "Post of sign") || strings.Contains(text, "Not cleared yet") {
		p.t.Error("the document does not name both posts")
	}
	if got := p.clear("use", final, VerdictChanges, "Again"); got != "record.error.closed" {
		p.t.Errorf("the cleared record is changed: %q", got)
	}
}

// What a dialogue's documents need: a partner, its day, and a coordinator.
func TestWhatIsPreparedOfADialogue(t *testing.T) {
	eachPress(t, func(p *press) {
		held := p.talked()
		var nobody, later dialogues.Dialogue
		p.Do(p.t, func(tx *gorm.DB) (err error) {
			f := dialogues.Fields{Title: "Nobody", HeldOn: plantest.Day("2021-11-05")}
			if nobody, err = dialogues.Add(tx, p.clock, p.Actors["one"], dialogues.DialogueNew{Country: plantest.Country, Fields: f}); err != nil {
				return err
			}
			f.HeldOn, f.PartnerID = plantest.Day("2021-12-05"), p.Institutions["USE"]
			later, err = dialogues.Add(tx, p.clock, p.Actors["one"], dialogues.DialogueNew{Country: plantest.Country, Fields: f})
			return err
		})
		for _, c := range []struct {
			who  string
			of   int64
			pack dialogues.Pack
			want string
		}{{"one", nobody.ID, dialogues.ForPartner, "packs.error.partner"}, {"one", later.ID, dialogues.OfRecord, "dialogues.error.not_yet"}, {"one", later.ID, dialogues.ForPartner, ""},
			{"one", held, dialogues.Internal, "packs.error.pack"}, {"one", 99, dialogues.ForPartner, "problem.not_found"}, {"mha", held, dialogues.OfRecord, "problem.coordinators_only"},
			{"use", held, dialogues.OfRecord, "problem.coordinators_only"}, {"sign", held, dialogues.OfRecord, "problem.coordinators_only"}} {
			if _, err := p.prepareOf(c.who, c.of, c.pack); said(err) != c.want {
				p.t.Errorf("%s prepares %s of %d: %q, want %q", c.who, c.pack, c.of, said(err), c.want)
			}
		}
	})
}
