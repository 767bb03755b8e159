package seeds

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"time"

	"go.yaml.in/yaml/v3"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// The files of a folder. country.yaml must be there, the others may be missing.
const (
	countryFile         = "country.yaml"
	institutionsFile    = "institutions.yaml"
	peopleFile          = "people.yaml"
	frameworkFile       = "framework.yaml"
	recommendationsFile = "recommendations.yaml"
	periodsFile         = "periods.yaml"
	commitmentsFile     = "commitments.yaml"
	transfersFile       = "transfers.yaml"
	updatesFile         = "updates.yaml"
	publicationsFile    = "publications.yaml"
	dialoguesFile       = "dialogues.yaml"
	ratingsFile         = "ratings.yaml"
	requestsFile        = "requests.yaml"
	indicatorsFile      = "indicators.yaml"
)

// folder is what the files of a folder say.
type folder struct {
	country         countryYAML
	institutions    []institutionYAML
	people          []personYAML
	framework       frameworkYAML
	recommendations recommendationsYAML
	periods         periodsYAML
	commitments     []commitmentYAML
	transfers       []transferYAML
	updates         []updateYAML
	publications    []Publication
	dialogues       []dialogueYAML
	ratings         []ratingYAML
	requests        []requestYAML
	indicators      indicatorsYAML
}

type countryYAML struct {
	Demonstration bool      `yaml:"demonstration"`
	Code          string    `yaml:"code"`
	Name          string    `yaml:"name"`
	Owner         string    `yaml:"owner"`
	Secretariat   string    `yaml:"secretariat"`
	Zone          string    `yaml:"zone"`
	Clock         time.Time `yaml:"clock"`
	Currency      string    `yaml:"currency"`
	Dialogue      struct {
		On   calendar.Date `yaml:"on"`
		Note string        `yaml:"note"`
	} `yaml:"dialogue"`
}

type institutionYAML struct {
	Code      string        `yaml:"code"`
	Name      string        `yaml:"name"`
	Short     string        `yaml:"short"`
	Kind      string        `yaml:"kind"`
	ValidFrom calendar.Date `yaml:"valid_from"`
	ValidTo   calendar.Date `yaml:"valid_to"`
	Note      string        `yaml:"note"`
	Clearing  struct {
		Post string    `yaml:"post"`
		By   string    `yaml:"by"`
		At   time.Time `yaml:"at"`
	} `yaml:"clearing"`
}

type personYAML struct {
	Email       string `yaml:"email"`
	Post        string `yaml:"post"`
	Role        string `yaml:"role"`
	Institution string `yaml:"institution"`
	Demo        bool   `yaml:"demo"`
}

type frameworkYAML struct {
	Framework struct {
		Code     string        `yaml:"code"`
		Title    string        `yaml:"title"`
		Short    string        `yaml:"short"`
		StartsOn calendar.Date `yaml:"starts_on"`
		EndsOn   calendar.Date `yaml:"ends_on"`
		Basis    string        `yaml:"basis"`
		Note     string        `yaml:"note"`
	} `yaml:"framework"`
	Nodes []struct {
		Number string `yaml:"number"`
		Level  string `yaml:"level"`
		Title  string `yaml:"title"`
		Theme  string `yaml:"theme"`
		Parent string `yaml:"parent"`
	} `yaml:"nodes"`
}

type recommendationsYAML struct {
	Mechanisms []struct {
		Code  string   `yaml:"code"`
		Name  string   `yaml:"name"`
		Short string   `yaml:"short"`
		URL   string   `yaml:"url"`
		Scale []string `yaml:"scale"`
		Note  string   `yaml:"note"`
		// Cycle is after how many months it asks again, Responses the words of governments.
		Cycle     int      `yaml:"cycle"`
		Responses []string `yaml:"responses"`
	} `yaml:"mechanisms"`
	Editions []editionYAML `yaml:"editions"`
}

type editionYAML struct {
	Mechanism       string               `yaml:"mechanism"`
	Year            int                  `yaml:"year"`
	Tier            string               `yaml:"tier"`
	ReleasedOn      calendar.Date        `yaml:"released_on"`
	Completeness    string               `yaml:"completeness"`
	Source          string               `yaml:"source"`
	Note            string               `yaml:"note"`
	Recommendations []recommendationYAML `yaml:"recommendations"`
}

type recommendationYAML struct {
	Number int    `yaml:"number"`
	Title  string `yaml:"title"`
	Text   string `yaml:"text"`
	Basis  string `yaml:"basis"`
	Cut    bool   `yaml:"cut"`
	Source string `yaml:"source"`
	Theme  string `yaml:"theme"`
	// NotDone is for how many years a source says that it was not done.
	NotDone struct {
		Years  int    `yaml:"years"`
		Source string `yaml:"source"`
	} `yaml:"not_done"`
	Items []struct {
		Letter string `yaml:"letter"`
		Text   string `yaml:"text"`
		Lead   string `yaml:"lead"`
	} `yaml:"items"`
	Continues []struct { // earlier ones of the same mechanism
		Year   int    `yaml:"year"`
		Number int    `yaml:"number"`
		Kin    string `yaml:"kin"`
	} `yaml:"continues"`
}

type editionRefYAML struct {
	Mechanism string `yaml:"mechanism"`
	Year      int    `yaml:"year"`
}

type periodsYAML struct {
	Periods []struct {
		Label     string         `yaml:"label"`
		StartsOn  calendar.Date  `yaml:"starts_on"`
		EndsOn    calendar.Date  `yaml:"ends_on"`
		Answers   editionRefYAML `yaml:"answers"`
		JudgedBy  editionRefYAML `yaml:"judged_by"`
		Deadlines []deadlineYAML `yaml:"deadlines"`
	} `yaml:"periods"`
}

type deadlineYAML struct {
	Title      string        `yaml:"title"`
	Purpose    string        `yaml:"purpose"`
	CoversFrom calendar.Date `yaml:"covers_from"`
	CoversTo   calendar.Date `yaml:"covers_to"`
	DueOn      calendar.Date `yaml:"due_on"`
	Note       string        `yaml:"note"`
	Closed     byYAML        `yaml:"closed"`
	Certified  byYAML        `yaml:"certified"`
}

// byYAML says who did something, and when.
type byYAML struct {
	By string    `yaml:"by"`
	At time.Time `yaml:"at"`
}

type milestoneYAML struct {
	Title string        `yaml:"title"`
	DueOn calendar.Date `yaml:"due_on"`
}

// budgetYAML is an amount in whole units of its currency.
type budgetYAML struct {
	Year     int    `yaml:"year"`
	Amount   int64  `yaml:"amount"`
	Currency string `yaml:"currency"`
	Funder   string `yaml:"funder"`
}

// termsYAML is what a revision may change; what is nil is not given.
type termsYAML struct {
	Node                *string          `yaml:"node"`
	Title               *string          `yaml:"title"`
	Text                *string          `yaml:"text"`
	Lead                *string          `yaml:"lead"`
	Supporting          *[]string        `yaml:"supporting"`
	StartsOn            *calendar.Date   `yaml:"starts_on"`
	DueOn               *calendar.Date   `yaml:"due_on"`
	Milestones          *[]milestoneYAML `yaml:"milestones"`
	Budget              *[]budgetYAML    `yaml:"budget"`
	MeansOfVerification *string          `yaml:"means_of_verification"`
	Assumptions         *string          `yaml:"assumptions"`
	Share               *[]string        `yaml:"share"`
	Themes              *[]string        `yaml:"themes"`
	TVPA                *[]int           `yaml:"tvpa"`
	SDG                 *[]string        `yaml:"sdg"`
}

type commitmentYAML struct {
	Ref        string         `yaml:"ref"`
	Origin     string         `yaml:"origin"`
	Terms      termsYAML      `yaml:",inline"`
	FirstDueOn calendar.Date  `yaml:"first_due_on"`
	RecordedAt time.Time      `yaml:"recorded_at"`
	RecordedBy string         `yaml:"recorded_by"`
	Answers    []answerYAML   `yaml:"answers"`
	Revisions  []revisionYAML `yaml:"revisions"`
}

type answerYAML struct {
	Item     string        `yaml:"item"`
	Extent   string        `yaml:"extent"`
	Reason   string        `yaml:"reason"`
	LinkedOn calendar.Date `yaml:"linked_on"`
	By       string        `yaml:"by"`
}

type revisionYAML struct {
	EffectiveOn calendar.Date `yaml:"effective_on"`
	RecordedAt  time.Time     `yaml:"recorded_at"`
	By          string        `yaml:"by"`
	Reason      string        `yaml:"reason"`
	Changes     termsYAML     `yaml:"changes"`
}

type transferYAML struct {
	From        string        `yaml:"from"`
	To          string        `yaml:"to"`
	Kind        string        `yaml:"kind"`
	EffectiveOn calendar.Date `yaml:"effective_on"`
	Reason      string        `yaml:"reason"`
	RecordedAt  time.Time     `yaml:"recorded_at"`
	By          string        `yaml:"by"`
	Commitments refsYAML      `yaml:"commitments"`
}

// refsYAML is the word "all" or a list of references.
type refsYAML struct {
	All  bool
	Refs []string
}

// UnmarshalYAML reads either form.
func (r *refsYAML) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Value == "all" {
		r.All = true
		return nil
	}
	return n.Decode(&r.Refs)
}

type updateYAML struct {
	Key           string         `yaml:"key"`
	Commitment    string         `yaml:"commitment"`
	Institution   string         `yaml:"institution"`
	AsOf          calendar.Date  `yaml:"as_of"`
	Status        string         `yaml:"status"`
	Done          string         `yaml:"done"`
	NoProgress    string         `yaml:"no_progress"`
	Blocker       string         `yaml:"blocker"`
	NextStep      string         `yaml:"next_step"`
	Obstacles     string         `yaml:"obstacles"`
	SharedSummary string         `yaml:"shared_summary"`
	InternalNote  string         `yaml:"internal_note"`
	Milestone     int            `yaml:"milestone"`
	Corrects      string         `yaml:"corrects"`
	OnBehalf      bool           `yaml:"on_behalf"`
	Released      bool           `yaml:"released"`
	Money         []moneyYAML    `yaml:"money"`
	Evidence      []evidenceYAML `yaml:"evidence"`
	By            string         `yaml:"by"`
	DraftedAt     time.Time      `yaml:"drafted_at"`
	Steps         []stepYAML     `yaml:"steps"`
}

// moneyYAML is what an update says of money, in whole units of the currency; an
// amount that is left out is not told.
type moneyYAML struct {
	Year     int    `yaml:"year"`
	Currency string `yaml:"currency"`
	Funder   string `yaml:"funder"`
	Released *int64 `yaml:"released"`
	Spent    *int64 `yaml:"spent"`
}

func (m moneyYAML) money() progress.Money {
	cents := func(n *int64) *int64 {
		if n == nil {
			return nil
		}
		c := *n * 100
		return &c
	}
	return progress.Money{Year: m.Year, Currency: m.Currency, Funder: m.Funder, ReleasedCents: cents(m.Released), SpentCents: cents(m.Spent)}
}

type evidenceYAML struct {
	Title   string        `yaml:"title"`
	URL     string        `yaml:"url"`
	File    string        `yaml:"file"` // in the folder's folder of files
	Source  string        `yaml:"source"`
	Kind    string        `yaml:"kind"`
	DatedOn calendar.Date `yaml:"dated_on"`
	Share   string        `yaml:"share"`

	content []byte // of the file
}

type stepYAML struct {
	Do      string    `yaml:"do"`
	At      time.Time `yaml:"at"`
	By      string    `yaml:"by"`
	Reason  string    `yaml:"reason"`
	Wording string    `yaml:"wording"`
}

type dialogueYAML struct {
	Key        string        `yaml:"key"`
	Title      string        `yaml:"title"`
	HeldOn     calendar.Date `yaml:"held_on"`
	SinceOn    calendar.Date `yaml:"since_on"`
	Place      string        `yaml:"place"`
	Format     string        `yaml:"format"`
	Partner    string        `yaml:"partner"` // code
	OurSide    string        `yaml:"our_side"`
	TheirSide  string        `yaml:"their_side"`
	Note       string        `yaml:"note"`
	By         string        `yaml:"by"`
	RecordedAt time.Time     `yaml:"recorded_at"`
	ChosenAt   time.Time     `yaml:"chosen_at"`
	PreparedAt time.Time     `yaml:"prepared_at"`
	HeldAt     time.Time     `yaml:"held_at"`
	NotedAt    time.Time     `yaml:"noted_at"`
	Agenda     []agendaYAML  `yaml:"agenda"`
}

type agendaYAML struct {
	Recommendation string            `yaml:"recommendation"`
	Position       string            `yaml:"position"`
	TalkingPoints  string            `yaml:"talking_points"`
	Questions      string            `yaml:"questions"`
	Asks           string            `yaml:"asks"`
	Notes          string            `yaml:"notes"`
	By             string            `yaml:"by"`
	WrittenAt      time.Time         `yaml:"written_at"`
	Said           string            `yaml:"said"`
	Heard          string            `yaml:"heard"`
	Agreed         string            `yaml:"agreed"`
	Actions        []actionYAML      `yaml:"actions"`
	Undertakings   []undertakingYAML `yaml:"undertakings"`
}

// actionYAML is an agreed action; undertakingYAML what a partner undertook.
type actionYAML struct {
	Ref   string        `yaml:"ref"`
	Title string        `yaml:"title"`
	Text  string        `yaml:"text"`
	Lead  string        `yaml:"lead"`
	DueOn calendar.Date `yaml:"due_on"`
	Item  string        `yaml:"item"`
}

type undertakingYAML struct {
	Institution string        `yaml:"institution"`
	Text        string        `yaml:"text"`
	DueOn       calendar.Date `yaml:"due_on"`
}

// read reads a folder. A field that no file has is an error: it would be a
// slip of the pen that nobody sees.
func read(files fs.FS) (folder, error) {
	var f folder
	for _, file := range []struct {
		name string
		into any
	}{
		{countryFile, &f.country}, {institutionsFile, &f.institutions}, {peopleFile, &f.people}, {frameworkFile, &f.framework},
		{recommendationsFile, &f.recommendations}, {periodsFile, &f.periods}, {commitmentsFile, &f.commitments},
		{transfersFile, &f.transfers}, {updatesFile, &f.updates}, {publicationsFile, &f.publications}, {dialoguesFile, &f.dialogues}, {ratingsFile, &f.ratings}, {requestsFile, &f.requests}, {indicatorsFile, &f.indicators},
	} {
		text, err := fs.ReadFile(files, file.name)
		if errors.Is(err, fs.ErrNotExist) && file.name != countryFile {
			continue
		}
		if err != nil {
			return f, fmt.Errorf("read the folder: %w", err)
		}
		d := yaml.NewDecoder(bytes.NewReader(text))
		d.KnownFields(true)
		if err := d.Decode(file.into); err != nil && !errors.Is(err, io.EOF) {
			return f, &Error{File: file.name, Err: err}
		}
	}
	return f, f.readEvidence(files)
}

// readEvidence reads the files that updates name.
func (f *folder) readEvidence(files fs.FS) (err error) {
	for _, u := range f.updates {
		for i, e := range u.Evidence {
			if e.File == "" {
				continue
			}
			if u.Evidence[i].content, err = fs.ReadFile(files, path.Join("files", e.File)); err != nil {
				return in(updatesFile, u.Key, err)
			}
		}
	}
	return nil
}
