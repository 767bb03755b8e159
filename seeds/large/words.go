package large

import "strings"

// fields name ministries.
var fields = []string{"Home Affairs", "Police", "Justice", "Prosecution", "Social Development", "Health", "Finance", "Labour", "Foreign Affairs", "Education",
	"Statistics", "Gender", "Youth", "Local Government", "Communications", "Agriculture", "Trade", "Transport", "Tourism", "Defence"}

// works are what is asked and promised.
var works = []string{
	"Procedures for identification and referral in use in every district", "Shelter places funded and open to all who need them",
	"Inspection of licensed recruitment agencies", "Training of investigators, prosecutors and magistrates",
	"One set of figures for law enforcement and protection", "Radio programme on false offers of work", "Interpreters at border posts and in courts",
	"Rules for the victims' fund adopted and applied", "Referral desk in each regional hospital", "Code of conduct for public purchasing",
	"Labour migration agreement with neighbouring countries", "Lesson on safe migration in the last year of school",
	"Case file shared by police and prosecution", "Return and reintegration plan for each person", "Standards of care for shelters, with yearly inspection",
	"Hotline answered day and night in three languages", "Survey of forced labour in domestic work", "Witness support in the high court",
	"Amendment of the act on penalties that take the place of prison", "Yearly report on measures against complicity",
}

// doings are sentences of updates.
var doings = []string{
	"The text was agreed by the technical group and sent to the principal secretaries for signature.", "Two courses were held in the regional centres, with officers of five districts.",
	"The money was released in the second quarter and the tender is under way.", "Inspectors visited the registered agencies and wrote down what has to change.",
	"The committee met twice and took note of the first figures.", "A draft was discussed with organisations that run shelters.",
	"The contract was signed and the first delivery is expected before the end of the quarter.", "Officers at the two busiest border posts use the form since last month.",
	"The pilot ended; its lessons are written up for the other districts.", "The regulation was published and a circular explains how to apply it.",
	"Staff were appointed to the unit, one post is still vacant.", "The guide was printed and handed out to all stations.",
}

// excuses say why there is no progress.
var excuses = []string{
	"The money for this year was moved to another vote.", "The opinion of the law office is still awaited.", "The post is vacant since the officer was transferred.",
	"The data of the districts did not arrive.", "The partner agency has postponed the start.",
}

// steps come next.
var steps = []string{"Lay the text before the cabinet committee.", "Hold the remaining course.", "Sign the agreement.", "Send the figures of the last quarter.", "Appoint the second officer."}

// sentences are so many sentences, one after the other.
func (c *country) sentences(least, most int) string {
	list := make([]string, least+c.rnd.IntN(most-least+1))
	for i := range list {
		list[i] = one(c, doings)
	}
	return strings.Join(list, " ")
}
