// Package indicators holds what is counted: indicators with their dated
// definitions and targets, the measurements that institutions log and
// coordinators review, what reports said of a year, and which of several
// values for a year counts. The field's word for its tally of law-enforcement
// actions, victims and trainings is a statistic; it is an indicator too.
package indicators

import (
	"slices"
	"strconv"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// Unit says what one of the counted is.
type Unit string

// The units. Money is told with its currency, a scale by its words.
const (
	Case            Unit = "case"
	Defendant       Unit = "defendant"
	Person          Unit = "person"
	Victim          Unit = "victim"
	OfficialTrained Unit = "official_trained"
	Money           Unit = "currency"
	YesNo           Unit = "yes_no"
	Scale           Unit = "scale"
)

// Units lists the units in the order in which forms offer them.
var Units = []Unit{Case, Defendant, Person, Victim, OfficialTrained, Money, YesNo, Scale}

// Counts says whether the unit counts whole things, which parts can add up to.
func (u Unit) Counts() bool { return u != YesNo && u != Scale }

// Statistics are what the TIP Report counts, in its order; an indicator can be
// one of them.
var Statistics = []string{"investigations", "prosecutions", "convictions", "sentences", "victims_identified", "victims_referred", "training", "funds"}

// outward are the statistics that may leave government: law-enforcement actions
// and trainings.
var outward = []string{"investigations", "prosecutions", "convictions", "sentences", "training"}

// MayLeave says whether the figures may be shared outside government, which
// takes only their totals: law-enforcement actions, trainings and money. Counts
// of victims, and of other persons, stay inside as long as nothing guards them
// against being told who is meant.
func (t Terms) MayLeave() bool {
	return t.Unit != Victim && (t.Unit == Money || slices.Contains(outward, t.Statistic))
}

// Directions say which way is better.
var Directions = []string{"up", "down", "none"}

// Frequencies say how often a value is expected within a reporting year.
var Frequencies = []string{"year", "half", "quarter"}

// Amount is a number in hundredths: whole things end in 00, money has its
// cents, a scale its step counted from 1.
type Amount int64

// Whole makes the amount of a whole number.
func Whole(n int64) Amount { return Amount(n * 100) }

// Whole is the amount without its hundredths.
func (a Amount) Whole() int64 { return int64(a) / 100 }

// Dimension is one way in which the counted is divided. Code is one of
// Dimensions; Categories are in the order of the table. Those of districts are
// a country's own names, all others are of Dimensions.
type Dimension struct {
	Code       string   `json:"code"`
	Categories []string `json:"categories"`
}

// Districts is the dimension whose categories a country names itself.
const Districts = "district"

// Dimensions are the ways of dividing, with their categories. "unspecified"
// and "unknown" are what a source calls them, and no other answer.
var Dimensions = []Dimension{
	{"novelty", []string{"new", "continued"}},
	{"form", []string{"sex_trafficking", "forced_labour", "unspecified"}},
	{"sex", []string{"female", "male", "unknown"}},
	{"age", []string{"child", "adult", "unknown"}},
	{"nationality", []string{"national", "foreign", "unknown"}},
	{Districts, nil},
}

// Target is the amount wanted for the reporting year that begins on From.
type Target struct {
	From   calendar.Date `json:"from"`
	Amount Amount        `json:"amount"`
}

// Indicator is a thing that is counted year after year. What it is exactly, its
// definitions say.
type Indicator struct {
	ID          int64 `gorm:"primaryKey"`
	Country     string
	Ref         string // capital letters, digits and hyphens, such as INV
	CreatedAt   time.Time
	CreatedByID *int64
	Version     int64
}

// Terms are what a definition says. Headline is the place of the table that
// stands for the whole in charts and against targets: the total when it is
// empty. Crossed has the first two dimensions told as rows and columns of one
// table. Share is the widest audience that may be told of the figures. Nodes,
// Commitments and Items hold ids in ascending order.
type Terms struct {
	Title         string
	Text          string
	Statistic     string // one of Statistics, empty for none
	Unit          Unit
	Currency      string   // ISO 4217, of money alone
	Scale         []string `gorm:"serializer:json"` // words of a scale, the lowest first
	Direction     string
	Source        string
	Frequency     string
	InstitutionID int64 // that is to report it
	Baseline      *Amount
	BaselineYear  int // in which the baseline's reporting year begins, 0 for no baseline
	Headline      Place
	Dimensions    []Dimension `gorm:"serializer:json"`
	Crossed       bool
	Targets       []Target `gorm:"serializer:json"`
	Share         plan.Audience
	SDG           []string `gorm:"serializer:json;column:sdg"`
	Nodes         []int64  `gorm:"serializer:json"`
	Commitments   []int64  `gorm:"serializer:json"`
	Items         []int64  `gorm:"serializer:json"`
}

// Target is the target of the year that begins on a day, nil for none.
func (t Terms) Target(from calendar.Date) *Amount {
	for _, g := range t.Targets {
		if g.From == from {
			return &g.Amount
		}
	}
	return nil
}

// Definition is what an indicator is from EffectiveOn on, as recorded at an
// instant. It never changes; a later one takes its place. Breaks says that what
// is counted from then on is not comparable with what was counted before.
type Definition struct {
	ID           int64 `gorm:"primaryKey"`
	IndicatorID  int64
	EffectiveOn  calendar.Date
	RecordedAt   time.Time
	RecordedByID *int64
	Reason       string
	Breaks       bool
	Terms
}

// TableName is the table of definitions.
func (Definition) TableName() string { return "indicator_definitions" }

// Basis says where a value comes from.
type Basis string

// The bases: an institution's own word, what an edition said of the year, and
// what a later edition said of it again.
const (
	Logged   Basis = "logged"
	Reported Basis = "reported"
	Restated Basis = "restated"
)

// Bases lists them in the order in which forms offer them.
var Bases = []Basis{Logged, Reported, Restated}

// Attributions say whose figure it is.
var Attributions = []string{"government", "non_government", "partner"}

// Qualifiers say how exact it is.
var Qualifiers = []string{"exact", "at_least", "estimated"}

// Measurement is one value, or one small table of values, of an indicator for
// the reporting year that begins on YearFrom. AsOf is the day on which it was
// there to be known: the last day that it covers when an institution logged
// it, the edition's release otherwise.
type Measurement struct {
	ID               int64 `gorm:"primaryKey"`
	IndicatorID      int64
	InstitutionID    int64 // that logs it
	YearFrom         calendar.Date
	CoversFrom       calendar.Date
	CoversTo         calendar.Date
	AsOf             calendar.Date
	Basis            Basis
	EditionID        *int64
	Attribution      string
	Qualifier        string
	Source           string
	Note             string
	PartsReason      string // why parts and totals differ
	CorrectsID       *int64 // the approved value that it replaces once it is approved
	OnBehalf         bool
	State            progress.State
	DraftedByID      *int64
	DraftedAt        time.Time
	FirstSubmittedOn calendar.Date
	ApprovedAt       *time.Time
	ApprovedByID     *int64
	OwnInstitution   bool // approved by somebody of the institution that logged it
	Version          int64
}

// Entry is the measurement as the rules of review see it.
func (m Measurement) Entry() progress.Entry {
	return progress.Entry{InstitutionID: m.InstitutionID, OnBehalf: m.OnBehalf, State: m.State}
}

// Cell is one answer of a measurement. No cell at all means that nothing was
// said of the place.
type Cell struct {
	MeasurementID int64 `gorm:"primaryKey"`
	Place         Place `gorm:"primaryKey"`
	Answer        Answer
	Amount        *Amount
}

// TableName is the table of cells.
func (Cell) TableName() string { return "measurement_cells" }

// Author is a person who edited a measurement, and so may not approve it.
type Author struct {
	MeasurementID int64 `gorm:"primaryKey"`
	PersonID      int64 `gorm:"primaryKey"`
}

// TableName is the table of authors.
func (Author) TableName() string { return "measurement_authors" }

// Decision is one step of a measurement's review, kept for ever. CoversTo is the
// measurement's at that step: its writer may change it when it is returned.
type Decision struct {
	ID            int64 `gorm:"primaryKey"`
	MeasurementID int64
	Kind          progress.State // Submitted, Returned or Approved
	CoversTo      calendar.Date
	At            time.Time
	ByID          *int64
	Reason        string
}

// TableName is the table of decisions.
func (Decision) TableName() string { return "measurement_decisions" }

// Clearance is a step between a draft and its sending, as progress.Clearance
// is of an update.
type Clearance struct {
	ID            int64 `gorm:"primaryKey"`
	MeasurementID int64
	Kind          string
	Version       int64 // of the measurement; what was asked for an earlier one waits no more
	Reason        string
	At            time.Time
	ByID          int64
}

// TableName is the table of the steps of clearance.
func (Clearance) TableName() string { return "measurement_clearances" }

// Choice says which of several values for a year counts, and why.
type Choice struct {
	ID            int64 `gorm:"primaryKey"`
	IndicatorID   int64
	YearFrom      calendar.Date
	MeasurementID int64
	Reason        string
	ChosenAt      time.Time
	ChosenByID    *int64
	EndedAt       *time.Time
}

// TableName is the table of choices.
func (Choice) TableName() string { return "measurement_choices" }

// by is the person behind a row, none for the command line.
func by(personID int64) *int64 {
	if personID == 0 {
		return nil
	}
	return &personID
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
