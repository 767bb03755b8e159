package terms

import "strings"

// sameIdea lists words and phrases of the field that mean the same in a
// recommendation, under the name of the idea.
var sameIdea = map[string]string{
	"money":         "money, fund, funds, pay for, funding, finance, financial, budget, budgetary, resource, resourced, allocate, allocation, appropriate funds",
	"trust fund":    "trust fund, victims of trafficking trust fund, victim fund, compensation fund",
	"victim":        "victim, survivor",
	"procedure":     "procedure, sop, guideline, protocol, standard operating procedure, guidance",
	"identify":      "identify, identified, spot, identification, screen, screening, detect, detection, recognise",
	"refer":         "refer, referral, nrm, referral mechanism, national referral mechanism, referring",
	"care":          "care, assist, assistance, services, support, help",
	"shelter":       "shelter, accommodation, safe house, housing",
	"investigate":   "investigate, investigation, inquiry, probe",
	"prosecute":     "prosecute, prosecution, bring charges, bring to trial, brought to trial, bring to justice, hold to account, hold accountable, charge with",
	"convict":       "convict, conviction",
	"penalty":       "penalty, sentence, sentencing, punish, penalise, penalize, punishment, prison term, imprisonment, prison, jail, incarceration",
	"fine":          "fine, fines, in lieu",
	"jurisdiction":  "jurisdiction, jurisdictional",
	"court":         "court, tribunal, magistrate court, magistrates court",
	"backlog":       "backlog, delay",
	"judge":         "judge, magistrate, judiciary, judicial, justice",
	"prosecutor":    "prosecutor",
	"investigator":  "investigator, detective",
	"police":        "police, law enforcement, officer, law enforcement officer",
	"immigration":   "immigration, border, border guard, frontline",
	"official":      "official, officials, authority, personnel, staff, stakeholder, civil servant",
	"complicit":     "complicit, complicity, corruption, corrupt, collusion, take part, take bribes",
	"train":         "train, training, teach, workshop, course, capacity building",
	"law":           "law, act, legislation, statute, legal, code, criminal code, penal code, penal law",
	"change":        "change, amend, amendment, revise, reform, repeal, rewrite",
	"plan":          "plan, action plan, national action plan, national plan, strategy",
	"committee":     "committee, anti trafficking council, anti trafficking committee, task force, multi agency task force, council, coordinating body, working group",
	"coordinate":    "coordinate, coordination, collaborate, collaboration, cooperate, cooperation, partner, partnership",
	"data":          "data, statistics, database, figures, information system",
	"recruiter":     "recruit, recruitment, recruiter, recruitment agency, recruitment agencies, labour recruitment agency, labour recruitment agencies, labor broker, employment agency, employment agencies",
	"oversee":       "oversee, oversight, monitor, inspect, inspection, regulate, regulation of, supervise, supervision",
	"inspector":     "inspector, labour inspector",
	"diplomat":      "diplomat, diplomatic, diplomatic personnel, embassy, consular, peacekeeper",
	"awareness":     "awareness, campaign, inform, educate, education, public information, outreach",
	"demand":        "demand for commercial sex, demand for forced labour, reduce demand, demand",
	"child":         "child, children, minor, girl, boy",
	"vulnerable":    "vulnerable, vulnerable group, vulnerable population, at risk",
	"forced labor":  "forced labour, labour trafficking",
	"sex":           "sex trafficking, sexual exploitation, commercial sex",
	"worker":        "worker, employee",
	"witness":       "witness, testify, testimony",
	"compensate":    "compensation, restitution, compensate",
	"unit":          "unit, dedicated unit, specialised unit",
	"focal point":   "focal point, contact point, focal person",
	"maximum":       "maximum, highest",
	"proactive":     "proactive, systematic, systematically, proactively",
	"civil":         "ngo, civil society, non governmental organisation, nongovernmental organisation",
	"extradite":     "extradite, extradition",
	"register":      "birth registration, identity document, identity papers",
	"ban":           "ban, prohibit, abolish, outlaw, criminalise, criminalize, eliminate",
	"fraud":         "fraud, fraudulent, cheat, deceive, deceptive, deception, unscrupulous",
	"withdraw":      "withdraw, revoke, suspend, cancel",
	"vessel":        "vessel, boat, ship, fishing boat, fishing vessel",
	"household":     "domestic work, domestic worker, domestic servitude, household, private home, private household",
	"male":          "male, men, man, boys, men and boys",
	"female":        "female, woman, women",
	"compel":        "compel, coerce, coercion, force, forced to, made to",
	"detain":        "detain, detention, arrest, deport, deportation",
	"permit":        "permission, permit, allow, let, right to",
	"freedom":       "freedom of movement, move about, move freely, leave the shelter",
	"indicator":     "indicator, sign, signs, red flag",
	"agreement":     "agreement, memorandum of understanding, treaty, bilateral agreement, convention",
	"migrant":       "migrant, migration, migrate, migrant worker",
	"health":        "health, medical, doctor, nurse",
	"school":        "school, teacher, pupil, student",
	"rural":         "rural, remote, village",
	"hotline":       "hotline, helpline",
	"return":        "return, repatriate, repatriation, reintegrate, reintegration",
	"publish":       "publish, public report, make public",
	"yearly":        "year, yearly, annual, annually",
	"abroad":        "abroad, overseas, foreign",
	"trial":         "trial, hearing, proceeding",
	"social worker": "social worker, social service, social services, social service staff",
	"cross border":  "cross border, joint investigation, neighbouring country, neighboring country, foreign government, destination country, mutual legal assistance",
	"business":      "business, company, private sector, supply chain, employer",
	"assess":        "assess, assessment, evaluate, evaluation, review, research, study",
	"protect":       "protect, protection",
	"buyer":         "buyer, client, customer, commercial sex buyer",
	"hold liable":   "liable, liability",
	"purpose":       "so that, in order to",
}

// weightOf gives less weight to what many recommendations share without
// asking the same, mostly means and persons.
var weightOf = map[float64]string{
	0.3: "care, case, change, proactive, worker, group, yearly, permit, abroad, rural, indicator",
	0.5: "victim, official, money, train, law, police, judge, prosecutor, investigator, immigration, coordinate, vulnerable",
}

// nothing lists words that say how much, how soon or that something be done,
// and those that every recommendation of the field has.
const nothing = `the a an of for to in on at by with from into through as or nor but not no it its is are be been being was were has have had do
does did that this these those which who whom whose they them their there than then so such can could may might will would shall should must
all each every any both some other others another more most less further including include included among between within without under over
about against upon when where while also well own same whole way out up off down if per via toward towards
step increase strengthen improve enhance expand widen continue ensure make give put set seek obtain complete finish finalise apply implement
implementation effect establish develop write introduce adopt use take provide begin start issue draft enact create keep get place run running
markedly significant significantly adequate adequately appropriate substantial substantially effective effectively robust full fully
formal formally new additional enough sufficient sufficiently stringent thorough thoroughly vigorous vigorously better good potential existing
area areas specific relevant effort number involve involving involved responsible responsibility particular particularly especially longer match
trafficking trafficker traffickers offender perpetrator tip anti human person persons people government governmental national country`

// begins lists verbs with which a demand of a bundle begins.
const begins = `step increase strengthen improve enhance expand widen continue ensure make give put set seek obtain complete finish finalise apply
implement establish develop write introduce adopt use take provide begin start issue draft enact create fund finance budget allocate train
investigate prosecute convict identify screen refer amend change revise reform resolve fix train hold place work monitor oversee inspect
collect compile abolish withdraw revoke inspect send pass draw look print pay stop sign register investigate analyse publish raise inform educate cooperate coordinate regulate prohibit ban enforce punish protect assist appoint recruit build
open extend remove end stop`

// longestPhrase is the number of words of the longest phrase in sameIdea.
const longestPhrase = 5

// words are the lists above, by stem.
type words struct {
	ideas, phrases map[string]string
	weights        map[string]float64
	empty, demands map[string]bool
}

// vocabulary is read once and never changed.
var vocabulary = readWords()

func readWords() words {
	w := words{ideas: map[string]string{}, phrases: map[string]string{}, weights: map[string]float64{}, empty: stems(nothing), demands: stems(begins)}
	for idea, list := range sameIdea {
		for said := range strings.SplitSeq(list, ",") {
			parts := strings.Fields(said)
			for i := range parts {
				parts[i] = Stem(parts[i])
			}
			if len(parts) == 1 {
				w.ideas[parts[0]] = idea
			} else {
				w.phrases[strings.Join(parts, " ")] = idea
			}
		}
	}
	for weight, list := range weightOf {
		for idea := range strings.SplitSeq(list, ",") {
			w.weights[strings.TrimSpace(idea)] = weight
		}
	}
	return w
}

func stems(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[Stem(word)] = true
	}
	return set
}
