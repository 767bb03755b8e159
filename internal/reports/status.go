package reports

import (
	"encoding/json"
	"fmt"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// About names the instance in a report.
type About struct {
	Country       string         `json:"country"` // code
	CountryName   string         `json:"country_name"`
	Owner         string         `json:"owner"` // who publishes, such as a committee
	Product       string         `json:"product"`
	Demonstration bool           `json:"demonstration"`
	Zone          *time.Location `json:"-"`
}

// Section is a part of the status report that a reader may choose.
type Section string

// The sections, in order. The summary and the definitions always stand in a
// report.
const (
	SectionChanges         Section = "changes"   // only with a since-date
	SectionAttention       Section = "attention" // overdue, not reported, stale, silent, unanswered
	SectionRecommendations Section = "recommendations"
	SectionCommitments     Section = "commitments"
	SectionIndicators      Section = "indicators"
	SectionMoney           Section = "money"    // budget, released and spent; never leaves government
	SectionRatings         Section = "ratings"  // of the period; they never leave government
	SectionRequests        Section = "requests" // data requests of the period; likewise
	SectionUpdates         Section = "updates"  // all approved ones; not in the document, which stays one
	SectionEvidence        Section = "evidence" // likewise
)

// Sections lists them.
var Sections = []Section{SectionChanges, SectionAttention, SectionRecommendations, SectionCommitments, SectionIndicators, SectionMoney, SectionRatings, SectionRequests, SectionUpdates, SectionEvidence}

// onlyInternal are the sections that never leave government.
var onlyInternal = []Section{SectionMoney, SectionRatings, SectionRequests}

// Status is the status report: one computed value, already cut to its
// audience, which page, PDF, workbook, CSV and JSON only write down. It holds
// nothing of the moment of its making, so that the same data gives the same
// bytes. Its JSON form is the published one (schema.json); the first member of
// a row there is the row's reference.
type Status struct {
	Publication *Stamp `json:"-"` // once published; not part of what is frozen
	Left        Left   `json:"-"` // out of a preview; nothing of a report

	Format  string `json:"format"`
	Heading string `json:"title"` // as its maker named it, empty for the report's own title
	About
	Audience Audience      `json:"audience"`
	D        calendar.Date `json:"as_of"`
	K        time.Time     `json:"known_at"`
	Since    calendar.Date `json:"since"`  // what changed is told from here; zero: it is not told
	Period   string        `json:"period"` // label of the period that holds D, empty when none does
	Scope    Scope         `json:"scope"`
	Sections []Section     `json:"sections"`
	Rules    Rules         `json:"rules"`

	Figures       Figures        `json:"figures"`
	ByStatus      StatusRow      `json:"by_status"`
	ByNode        []StatusRow    `json:"by_node"`
	ByInstitution []StatusRow    `json:"by_institution"`
	HasDeadline   bool           `json:"has_deadline"`
	Deadline      DeadlineStatus `json:"deadline"` // the reporting deadline that passed last
	Reporting     []ReportingRow `json:"reporting"`
	Flags         []FlagCount    `json:"flags"`
	Months        []MonthsStatus `json:"months"` // of commitments that answer the newest editions, in the order of the plan, the first of them

	Changes         []ChangeStatus         `json:"changes"`                   // in the order of the plan
	ChangedFigures  []ComparedFigure       `json:"changed_figures,omitempty"` // within government, and where figures are told
	Attention       []AttentionStatus      `json:"attention"`                 // by kind, then in the order of the plan
	Recommendations []RecommendationStatus `json:"recommendations"`           // editions newest first, numbers in order
	Coverage        []CoverageStatus       `json:"coverage,omitempty"`        // of the newest editions, institutions by name; of the whole plan only
	Commitments     []CommitmentStatus     `json:"commitments"`               // in the order of the plan
	Indicators      []IndicatorStatus      `json:"indicators,omitempty"`      // those of the TIP Report's statistics first
	Money           []MoneyStatus          `json:"money,omitempty"`           // in the order of the plan, then of years
	Ratings         []RatingStatus         `json:"ratings"`                   // of the period that holds D; recommendations, then commitments
	Requests        []RequestStatus        `json:"requests"`                  // data requests of the period that holds D, by due day
	Updates         []UpdateStatus         `json:"updates"`                   // in the order of the plan, each commitment's by day
	Evidence        []EvidenceStatus       `json:"evidence"`                  // in the order of the updates
}

// StatusFormat names the form of the JSON; it changes with it.
const StatusFormat = "tracker-status-1"

// Stamp is what a publication bears: it is printed in every form, and it is
// how a file is known again.
type Stamp struct {
	Number      string        `json:"number"` // such as LS-2021-0003
	Title       string        `json:"title"`
	PublishedOn calendar.Date `json:"published_on"`
	PublishedBy string        `json:"published_by"` // the post
	SHA256      string        `json:"sha256"`       // of the frozen value, the canonical JSON of the report
	AuditSeq    int64         `json:"audit_entry"`  // the trail's head when it was published
	AuditHead   string        `json:"audit_head"`
}

// Marker is the word by which a file that bears the stamp is found to do so,
// with the trail's head, by which the file is an anchor of the trail.
func (s Stamp) Marker() string {
	return fmt.Sprintf("tracker-publication:%s trail:%d:%s", s.Number, s.AuditSeq, s.AuditHead)
}

// Audience is whom a report is for.
type Audience = plan.Audience

// Scope says what a report was narrowed to; the zero scope is the whole plan.
type Scope struct {
	Institutions []string `json:"institutions"` // codes: they lead or support
	Nodes        []string `json:"nodes"`        // keys: these or what lies below
	Mechanisms   []string `json:"mechanisms"`   // codes: what they recommended
}

// OfPlan says whether the scope holds all commitments.
func (s Scope) OfPlan() bool { return len(s.Institutions) == 0 && len(s.Nodes) == 0 }

// Has says whether a section stands in the report.
func (s Status) Has(section Section) bool {
	for _, one := range s.Sections {
		if one == section {
			return true
		}
	}
	return false
}

// FlagCount is how many commitments bear a flag.
type FlagCount struct {
	Flag  Flag `json:"flag"`
	Count int  `json:"count"`
}

// StatusCounts counts by delivery status, in the order of progress.Statuses;
// in JSON each count bears the status as its name.
type StatusCounts []int

// MarshalJSON names each count by its status.
func (c StatusCounts) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, s := range progress.Statuses {
		n := 0
		if i < len(c) {
			n = c[i]
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:%d", s, n)
	}
	return append(out, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *StatusCounts) UnmarshalJSON(b []byte) error {
	var m map[progress.Status]int
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*c = make(StatusCounts, len(progress.Statuses))
	for i, s := range progress.Statuses {
		(*c)[i] = m[s]
	}
	return nil
}

// ChangeStatus is what changed of a commitment between two days.
type ChangeStatus struct {
	Ref      string          `json:"commitment"`
	Title    string          `json:"title"`
	Lead     string          `json:"lead"`
	New      bool            `json:"new"` // it entered the plan after the first day
	Was      progress.Status `json:"was"`
	Is       progress.Status `json:"is"`
	WasDue   calendar.Date   `json:"was_due"`
	IsDue    calendar.Date   `json:"is_due"`
	Updates  int             `json:"updates"`  // approved updates as of days since
	Evidence int             `json:"evidence"` // papers of those
	Answers  []string        `json:"answers"`  // recommendations that it came to answer
	Inside   ChangeInside    `json:"inside,omitzero"`
}

// ChangeInside is what only government reads of a change.
type ChangeInside struct {
	WasLead     string          `json:"was_lead"`
	Then        progress.Status `json:"known_then"` // the status of the first day, as known at its end; empty where it was not known
	Reached     int             `json:"milestones"` // reached by the second day, and by the first
	ReachedThen int             `json:"milestones_was"`
	Lost        int             `json:"evidence_lost"` // papers that no longer support it
}

// DeadlineStatus is a reporting deadline; all its fields are zero where none
// has passed.
type DeadlineStatus struct {
	Title      string        `json:"title"`
	CoversFrom calendar.Date `json:"covers_from"`
	CoversTo   calendar.Date `json:"covers_to"`
	DueOn      calendar.Date `json:"due_on"`
}

// AttentionStatus is a line of one of the lists of what needs attention.
type AttentionStatus struct {
	Kind  AttentionKind `json:"kind"`
	Ref   string        `json:"ref"` // of a commitment or item, or an institution's code
	Title string        `json:"title"`
	Lead  string        `json:"lead"`
	Days  int           `json:"days"`  // overdue: days; silent: how many were due
	AsOf  calendar.Date `json:"as_of"` // of the newest update, where there is one
}

// AttentionKind names a list of what needs attention.
type AttentionKind string

// The lists, in order.
const (
	AttentionOverdue     AttentionKind = "overdue"
	AttentionStale       AttentionKind = "stale"
	AttentionNotReported AttentionKind = "not_reported"
	AttentionSilent      AttentionKind = "silent"
	AttentionUnanswered  AttentionKind = "unanswered"
)

// AttentionKinds lists them.
var AttentionKinds = []AttentionKind{AttentionOverdue, AttentionStale, AttentionNotReported, AttentionSilent, AttentionUnanswered}

// RecommendationStatus is a recommendation and what answers it.
type RecommendationStatus struct {
	Ref          string                       `json:"ref"`
	Edition      string                       `json:"edition"`
	Tier         string                       `json:"tier"`
	ReleasedOn   calendar.Date                `json:"released_on"`
	Completeness recommendations.Completeness `json:"completeness"`
	Number       int                          `json:"number"`
	Title        string                       `json:"title"`
	Text         string                       `json:"text"`
	Basis        recommendations.Basis        `json:"basis"`
	Cut          bool                         `json:"cut_off"`
	Source       string                       `json:"source"`
	Theme        string                       `json:"theme"`
	Newest       bool                         `json:"newest_edition"`
	New          bool                         `json:"new_since"` // released after the since-date
	Asked        AskedStatus                  `json:"asked,omitzero"`
	Continues    []string                     `json:"continues,omitempty"` // recommendations of earlier editions
	Indicium     int                          `json:"indicium,omitempty"`  // of 22 U.S.C. 7106(b)
	NotDone      NotDoneStatus                `json:"not_done,omitzero"`
	Response     RemarkStatus                 `json:"response,omitzero"` // of the government
	Outcome      RemarkStatus                 `json:"outcome,omitzero"`  // what became of what is asked no longer
	Items        []ItemStatus                 `json:"items"`
}

// AskedStatus is in which years a recommendation was asked, as people
// confirmed; of a report from before it was told, all its fields are zero.
type AskedStatus struct {
	FirstYear int  `json:"first_year"`
	Years     int  `json:"years"`        // editions that asked it
	InRow     int  `json:"years_in_row"` // of them in a row, up to its own
	AtLeast   bool `json:"at_least"`     // it may be more: an edition between or before is not held whole
	New       bool `json:"new"`          // the edition before is complete and does not ask it
	NoLonger  bool `json:"no_longer"`    // the edition after is complete and does not ask it
}

// NotDoneStatus is for how many years a source says that a recommendation was
// not done.
type NotDoneStatus struct {
	Years  int    `json:"years"`
	Source string `json:"source"`
}

// RemarkStatus is what was said of a recommendation in one word. The words
// beside it stay within government.
type RemarkStatus struct {
	Word      string        `json:"word"`
	GivenOn   calendar.Date `json:"given_on"`
	Statement string        `json:"statement"`
}

// Remark is what the report tells that was said of the recommendation in that way.
func (r RecommendationStatus) Remark(kind recommendations.RemarkKind) RemarkStatus {
	if kind == recommendations.Outcome {
		return r.Outcome
	}
	return r.Response
}

// ItemStatus is an item and the commitments that answer it.
type ItemStatus struct {
	Ref     string         `json:"ref"`
	Letter  string         `json:"letter"`
	Text    string         `json:"text"`
	Answers []AnswerStatus `json:"answers"`
}

// AnswerStatus is the standing of a commitment that answers an item.
type AnswerStatus struct {
	Commitment string          `json:"commitment"`
	Title      string          `json:"title"`
	Lead       string          `json:"lead"`
	Status     progress.Status `json:"status"`
	AsOf       calendar.Date   `json:"as_of"`
	Extent     string          `json:"extent"`
	Reason     string          `json:"reason"` // internal only
	LinkedOn   calendar.Date   `json:"linked_on"`
	New        bool            `json:"new_since"` // linked after the since-date
}

// CommitmentStatus is a commitment and its latest approved update. For an
// audience outside government Done is the released shared summary, and what
// else the update says is empty.
type CommitmentStatus struct {
	ID                  int64             `json:"-"`
	Ref                 string            `json:"ref"`
	Title               string            `json:"title"`
	Text                string            `json:"text"`
	Node                string            `json:"node"`
	NodeTitle           string            `json:"node_title"`
	Strand              string            `json:"strand"`
	Origin              string            `json:"origin"`
	Lead                string            `json:"lead"`
	LeadName            string            `json:"lead_name"`
	Supporting          []string          `json:"supporting"`
	StartsOn            calendar.Date     `json:"starts_on"`
	DueOn               calendar.Date     `json:"due_on"`
	Status              progress.Status   `json:"status"`
	AsOf                calendar.Date     `json:"as_of"` // zero: nothing was ever approved
	ApprovedAt          time.Time         `json:"approved_at,omitzero"`
	Done                string            `json:"done"`
	NoProgress          string            `json:"no_progress"`
	Blocker             string            `json:"blocker"`
	Obstacles           string            `json:"obstacles"`
	NextStep            string            `json:"next_step"`
	Evidence            int               `json:"evidence"`     // papers of the latest update
	Verification        progress.Proof    `json:"verification"` // empty when nothing was ever approved
	Flags               []Flag            `json:"flags"`
	OverdueDays         int               `json:"overdue_days"`
	Answers             []string          `json:"answers"` // references of recommendations
	MilestonesDone      int               `json:"milestones_done"`
	Milestones          int               `json:"milestones"`
	Budget              []plan.BudgetLine `json:"budget"`
	MeansOfVerification string            `json:"means_of_verification"`
}

// RatingStatus is a recommendation or commitment that somebody rated in the
// period, with what the facts suggest.
type RatingStatus struct {
	Ref       string        `json:"ref"`
	Subject   string        `json:"subject"` // of RatingSubjects
	Title     string        `json:"title"`
	Leads     []string      `json:"leads"` // of the commitment, or of those that answer
	Given     []GivenStatus `json:"given"` // in force, in the order of progress.Raters
	Suggested string        `json:"suggested"`
	Rule      string        `json:"rule"` // which led to the suggestion
	N         int           `json:"rule_n"`
	Of        int           `json:"rule_of"`
	Apart     int           `json:"apart"` // places of the scale between those who rated
}

// By are the ratings of one of the three.
func (r RatingStatus) By(rater progress.Rater) (list []GivenStatus) {
	for _, g := range r.Given {
		if g.Rater == rater {
			list = append(list, g)
		}
	}
	return list
}

// GivenStatus is a rating in force.
type GivenStatus struct {
	Ref         string         `json:"ref"` // of what is rated, the rater and their institution
	Rater       progress.Rater `json:"rater"`
	Institution string         `json:"institution"`
	Value       string         `json:"value"`
	Reason      string         `json:"reason"`
	RatedOn     calendar.Date  `json:"rated_on"`
}

// RequestStatus is a data request that asked something.
type RequestStatus struct {
	Ref       string           `json:"ref"` // period and title
	Title     string           `json:"title"`
	DueOn     calendar.Date    `json:"due_on"`
	HandedOn  calendar.Date    `json:"handed_on"` // first; zero for never
	Late      bool             `json:"late"`      // handed over after the due day, or not at all though it has passed
	Asked     int              `json:"asked"`
	Answered  int              `json:"answered"`
	Questions []QuestionStatus `json:"questions"` // by number
}

// QuestionStatus is a question of a data request with the answer in force.
type QuestionStatus struct {
	Ref        string        `json:"ref"` // of the request, and its number
	Number     int           `json:"number"`
	Text       string        `json:"text"`
	AskedOf    string        `json:"asked_of"` // code; empty: the coordinators
	Answer     string        `json:"answer"`
	AnsweredOn calendar.Date `json:"answered_on"`
	Late       bool          `json:"late"` // first answered after the due day

	State progress.QuestionState `json:"state"`
}

// UpdateStatus is an approved update that no correction has replaced, or a
// contribution, which carries no status. None in a report was corrected after
// its approval by the instant known: Correction marks those that replaced one.
type UpdateStatus struct {
	Ref         string          `json:"ref"` // commitment, day and institution
	Commitment  string          `json:"commitment"`
	Institution string          `json:"institution"`
	Kind        progress.Kind   `json:"kind"`
	AsOf        calendar.Date   `json:"as_of"`
	ApprovedAt  time.Time       `json:"approved_at"`
	Status      progress.Status `json:"status"`
	Done        string          `json:"done"`
	NoProgress  string          `json:"no_progress"`
	Blocker     string          `json:"blocker"`
	Obstacles   string          `json:"obstacles"`
	NextStep    string          `json:"next_step"`
	Milestone   int             `json:"milestone"`
	Late        bool            `json:"late"`
	Correction  bool            `json:"correction"`
	Addendum    bool            `json:"addendum"` // approved after its deadline was certified, where that was known
	Evidence    int             `json:"evidence"`
}

// EvidenceStatus is a paper behind an update.
type EvidenceStatus struct {
	Ref         string        `json:"ref"` // of the update, and its number there
	Commitment  string        `json:"commitment"`
	Institution string        `json:"institution"`
	AsOf        calendar.Date `json:"as_of"`
	Kind        string        `json:"kind"`
	Title       string        `json:"title"`
	DatedOn     calendar.Date `json:"dated_on"`
	URL         string        `json:"url"`
	Share       string        `json:"share"`
}
