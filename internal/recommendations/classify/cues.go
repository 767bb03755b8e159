package classify

// whom lists the ideas that name persons. A list of whom to train says one
// thing, however long it is: of its weights the greatest counts.
var whom = []string{"police", "judge", "prosecutor", "investigator", "immigration", "official", "inspector", "social worker", "health", "school", "diplomat"}

// themeCues says for which themes an idea speaks, and how much. The empty theme
// is for what serves all of them.
var themeCues = map[string]map[string]float64{
	"": {"data": 3},
	"prosecution": {"investigate": 2, "prosecute": 2, "convict": 2, "penalty": 1.5, "jurisdiction": 1.5, "court": 1, "judge": 1.25, "prosecutor": 1.25,
		"investigator": 1.25, "police": 1, "complicit": 1, "law": 0.5, "change": 0.25, "fine": 1, "backlog": 1, "trial": 0.5, "ban": 0.5, "unit": 1,
		"extradite": 2, "case": 0.5, "evidence": 1, "crime": 1, "criminal": 1},
	"protection": {"victim": 1, "identify": 1.5, "refer": 1.5, "care": 1, "shelter": 2, "trust fund": 2, "witness": 1.5, "compensate": 1.5, "detain": 1,
		"return": 1.5, "freedom": 1, "vulnerable": 0.5, "procedure": 0.5, "protect": 1, "social worker": 1, "proactive": 0.25, "child": 0.25,
		"interpreter": 1, "trauma": 1, "counsel": 1},
	"prevention": {"awareness": 2, "recruiter": 2, "oversee": 1, "demand": 2, "buyer": 1.5, "diplomat": 2, "plan": 1.5, "inspector": 1, "register": 2,
		"school": 1, "household": 0.5, "migrant": 0.5, "worker": 0.5, "vessel": 0.5, "fee": 1, "forced labor": 0.5, "hotline": 1, "business": 1,
		"assess": 0.5, "licenc": 1, "tourism": 1, "prevent": 1.5, "public": 0.5},
	"partnership": {"committee": 2, "coordinate": 1.5, "civil": 1.5, "agreement": 1.5, "cross border": 1.5, "region": 1, "coordinator": 1.5},
}

// indiciumCues says the same of the indicia; 0 is for what is none of them.
var indiciumCues = map[int]map[string]float64{
	0: {"plan": 2, "committee": 2, "coordinator": 1},
	1: {"investigate": 2, "prosecute": 2, "convict": 2, "penalty": 1.5, "jurisdiction": 1.5, "court": 1, "judge": 1.25, "prosecutor": 1.25, "investigator": 1.25,
		"police": 1, "law": 0.5, "change": 0.25, "fine": 1, "backlog": 1, "trial": 0.5, "ban": 0.5, "unit": 1, "case": 0.5, "evidence": 1, "crime": 1, "criminal": 1},
	2: {"victim": 1, "identify": 1.5, "refer": 1.5, "care": 1, "shelter": 2, "trust fund": 2, "witness": 1.5, "compensate": 1.5, "detain": 1, "return": 1.5,
		"freedom": 1, "vulnerable": 0.5, "procedure": 0.5, "protect": 1, "social worker": 1, "proactive": 0.25, "interpreter": 1, "trauma": 1, "counsel": 1},
	3: {"awareness": 2, "recruiter": 2, "oversee": 0.5, "diplomat": 2, "inspector": 1, "register": 2, "school": 1, "household": 0.5, "worker": 0.5, "vessel": 0.5,
		"fee": 1, "forced labor": 1, "hotline": 0.5, "licenc": 1, "business": 0.5, "prevent": 1.5, "public": 0.5},
	4:  {"cross border": 2, "agreement": 1, "coordinate": 1, "region": 1},
	5:  {"extradite": 4},
	6:  {"immigration": 0.75, "pattern": 2, "flow": 1.5, "migrant": 0.25},
	7:  {"complicit": 2.5, "official": 0.5},
	9:  {"civil": 2, "coordinate": 1, "agreement": 0.5, "international": 0.5, "business": 0.5},
	10: {"data": 3, "assess": 1.5, "publish": 1},
	12: {"demand": 3, "buyer": 3, "tourism": 2},
}

func themeOf(idea string) map[string]float64 { return cues(themeCues, idea) }

func indiciumOf(idea string) map[int]float64 { return cues(indiciumCues, idea) }

func cues[C comparable](of map[C]map[string]float64, idea string) map[C]float64 {
	all := map[C]float64{}
	for class, weights := range of {
		if w := weights[idea]; w > 0 {
			all[class] = w
		}
	}
	return all
}
