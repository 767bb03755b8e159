package seeds

import (
	"fmt"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// requestYAML is the data request of a period with its questions: the first
// of its deadlines that is one.
type requestYAML struct {
	Period    string         `yaml:"period"` // label
	Questions []questionYAML `yaml:"questions"`
}

type questionYAML struct {
	Text    string      `yaml:"text"`
	Of      string      `yaml:"of"` // code; left out: the coordinators
	By      string      `yaml:"by"`
	At      time.Time   `yaml:"at"`
	Answers []replyYAML `yaml:"answers"`
}

type replyYAML struct {
	Text string    `yaml:"text"`
	By   string    `yaml:"by"`
	At   time.Time `yaml:"at"`
}

// requests collects the questions and answers that are not there. A question
// is known by its period and its words, an answer by its question, by who
// gave it and by its day.
func (l *loader) requests() ([]event, error) {
	var there []string
	err := l.tx.Raw(`SELECT p.label || ': ' || q.text FROM request_questions q JOIN deadlines d ON d.id = q.deadline_id JOIN periods p ON p.id = d.period_id
		UNION ALL SELECT p.label || ': ' || q.text || ' ' || w.email || ' ' || a.answered_on FROM request_answers a
		JOIN request_questions q ON q.id = a.question_id JOIN deadlines d ON d.id = q.deadline_id JOIN periods p ON p.id = d.period_id JOIN people w ON w.id = a.answered_by_id`).Scan(&there).Error
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, one := range there {
		known[one] = true
	}
	var events []event
	add := func(what, name string, at time.Time, do func(clock calendar.Clock) error) {
		l.count(requestsFile, what, !known[name])
		if !known[name] {
			events = append(events, event{at, requestsFile, name, do})
		}
	}
	for _, r := range l.files.requests {
		for _, q := range r.Questions {
			name := r.Period + ": " + q.Text
			add("questions", name, q.At, func(clock calendar.Clock) error { return l.question(clock, r, q) })
			for _, a := range q.Answers {
				add("replies", fmt.Sprintf("%s %s %s", name, a.By, calendar.From(a.At.In(l.zone))), a.At, func(clock calendar.Clock) error { return l.reply(clock, r, q, a) })
			}
		}
	}
	return events, nil
}

func (l *loader) question(clock calendar.Clock, r requestYAML, y questionYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	id, err := l.requestID(r)
	if err != nil {
		return err
	}
	in := progress.QuestionsNew{Text: y.Text}
	if y.Of != "" {
		of, err := l.institution(y.Of)
		if err != nil {
			return err
		}
		in.InstitutionID = &of
	}
	_, err = progress.AskQuestions(l.tx, clock, actor, id, in)
	return err
}

func (l *loader) reply(clock calendar.Clock, r requestYAML, q questionYAML, y replyYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	id, err := l.requestID(r)
	if err != nil {
		return err
	}
	var number int
	if err := l.tx.Raw("SELECT number FROM request_questions WHERE deadline_id = ? AND text = ? AND ended_at IS NULL", id, q.Text).Scan(&number).Error; err != nil {
		return err
	}
	_, err = progress.AnswerQuestion(l.tx, clock, actor, id, number, y.Text)
	return err
}

// requestID finds the deadline of a data request.
func (l *loader) requestID(y requestYAML) (id int64, err error) {
	err = l.tx.Raw("SELECT d.id FROM deadlines d JOIN periods p ON p.id = d.period_id WHERE p.country = ? AND p.label = ? AND d.purpose = 'request' ORDER BY d.due_on, d.id LIMIT 1",
		l.files.country.Code, y.Period).Scan(&id).Error
	return id, err
}
