package matrix

import "strings"

// phrases are the headings of plans in English, French and Portuguese, folded
// and without small words. Headings that look like another field's and are none
// stand under Unknown. They are kept by the first letter of their first word: a
// word that is alike has the same.
var phrases = func() map[byte][]phrase {
	list := map[byte][]phrase{}
	for _, group := range []struct {
		field Field
		texts string
	}{
		{Pillar, `pillar; thematic area; theme; thematic; strategic area; strategic pillar; priority area; component; programme area; programme; program; strategic axis; axis; focus area; key area; area intervention;
			pilier; axe; axe strategique; axe intervention; domaine; domaine intervention; composante; volet; thematique; domaine thematique;
			pilar; eixo; eixo estrategico; area; area tematica; componente; area estrategica; vertente`},
		{Objective, `objective; strategic objective; specific objective; goal; strategic goal; objectif; objectif strategique; objectif specifique; but;
			objetivo; objectivo; objetivo estrategico; objectivo estrategico; objetivo especifico; objectivo especifico; strategy; strategie; estrategia`},
		{Outcome, `outcome; expected outcome; result; expected result; key result; intermediate result; resultat; resultat attendu; effet; effet attendu; resultado; resultado esperado; efeito`},
		{Output, `output; expected output; deliverable; key output; produit; extrant; produit attendu; livrable; produto; produto esperado; entregavel`},
		{Activity, `activity; key activity; main activity; planned activity; action; key action; priority action; intervention; key intervention; measure; task; initiative;
			activite; activite principale; activite prevue; action prioritaire; action prevue; mesure; tache;
			atividade; actividade; atividade principal; actividade principal; atividade prevista; acao; accao; acao prioritaria; accao prioritaria; medida; tarefa`},
		{SubActivity, `sub activity; subactivity; sub action; sub task; detailed activity; step; sous activite; sous action; sous tache; etape; sub atividade; subatividade; subactividade; sub actividade; sub acao; etapa`},
		{Number, `no; sn; nr; nbr; number; ref; reference; ref no; reference number; code; id; serial number; sn; numero; num; item no; activity no; activity number; activity code; activity ref; numero activite; code activite; no activite; numero atividade; referencia; ord; ordem; no ordem; numero ordre; ordre; codigo`},
		{Indicator, `indicator; performance indicator; key performance indicator; kpi; output indicator; outcome indicator; objectively verifiable indicator; ovi; iov; measure success; success measure;
			indicateur; indicateur performance; indicateur objectivement verifiable; indicateur resultat; indicateur produit; indicador; indicador desempenho; indicador objetivamente verificavel; indicador resultado; indicador produto; indicador verificacao; verification indicator; indicateur verification`},
		{Baseline, `baseline; base line; baseline value; baseline year; starting value; situation reference; valeur reference; reference base; valeur base; ligne base; linha base; situacao base; valor base; linha referencia; valor referencia; base`},
		{Target, `target; annual target; end target; final target; overall target; milestone; cible; cible annuelle; valeur cible; cible finale; meta; meta anual; metas anuais; valor alvo; alvo`},
		{Means, `means verification; mean verification; mov; source verification; sources verification; data source; evidence; verification; moyen verification; source donnees; preuve; mdv; meio verificacao; fonte verificacao; fonte dados; verificacao`},
		{Lead, `lead; lead agency; lead institution; lead ministry; lead organisation; lead organization; lead responsible; responsible; responsibility; responsible institution; responsible agency; responsible party; responsible entity; responsible ministry; responsible person; responsible stakeholders; implementer; implementing agency; implementing institution; implementing entity; institution; agency; actor; who; key actor; main actor; accountable;
			responsable; chef file; institution responsable; structure responsable; structure pilote; pilote; acteur; entite responsable; institution chef file; organe responsable; responsabilite; service responsable; maitre ouvrage; structure; entite;
			responsavel; instituicao responsavel; entidade responsavel; instituicao lider; lider; orgao responsavel; responsabilidade; entidade; instituicao; coordenador; entidade lider; ator; actor`},
		{Supporting, `supporting; support; supporting institution; supporting agency; supporting partner; support institution; support agency; partner; implementing partner; key partner; collaborator; collaborating institution; collaborating partner; other stakeholders; stakeholder; other actor; assisted by;
			appui; structure appui; institution appui; partenaire; structure partenaire; institution associee; structure associee; partenaire mise oeuvre; acteur associe; partenaire appui; parties prenantes; autre acteur; autres intervenants;
			apoio; instituicao apoio; parceiro; parceiro implementacao; entidade apoio; instituicao parceira; entidade parceira; parte interessada; outros intervenientes`},
		{Time, `timeframe; time frame; timeline; time line; period; schedule; implementation period; duration; when; year; years; date; time; timing; time schedule; quarter; calendar;
			calendrier; delai; periode; echeancier; duree; periode execution; chronogramme; delai execution; annee; horizon; quand; trimestre; periode mise oeuvre;
			prazo; calendario; cronograma; periodo; duracao; prazo execucao; ano; periodo execucao; quando; horizonte temporal`},
		{Start, `start; start date; starting date; begin; beginning; commencement; from; debut; date debut; demarrage; date demarrage; inicio; data inicio; comeco`},
		{End, `end; end date; due date; deadline; completion; completion date; target date; finish; due; until; fin; date fin; echeance; date limite; date echeance; date achevement; fim; data fim; data limite; termino; conclusao; data conclusao`},
		{Budget, `budget; cost; estimated budget; estimated cost; total cost; total budget; indicative budget; resource; resources required; amount; financial resource; funding required; budget estimate; cost estimate; costing; unit budget; allocation;
			cout; cout estime; cout estimatif; budget estime; budget estimatif; budget previsionnel; montant; cout total; estimation cout; ressource financiere; ressource; budgetisation; financement requis;
			orcamento; custo; custo estimado; orcamento estimado; valor; montante; recurso financeiro; custo total; estimativa custo; estimativa orcamental; orcamento previsto; recurso`},
		{Currency, `currency; monnaie; devise; moeda`},
		{Funder, `funder; funding source; source funding; source funds; donor; funding; funding partner; financed by; funded by; financing; source financing; source budget; budget source; sponsor; fund source;
			source financement; bailleur; bailleur fonds; financement; partenaire financier; finance par; origine fonds;
			fonte financiamento; financiador; doador; financiamento; financiado por; fonte recursos; parceiro financeiro; fonte orcamento`},
		{Assumptions, `assumption; risk; risks assumptions; risk assumption; assumptions risks; critical assumption; precondition; mitigation; hypothese; risque; hypotheses risques; risques hypotheses; conditions prealables; pressuposto; risco; hipotese; pressupostos riscos; riscos pressupostos; premissa; suposicao`},
		{Remarks, `remark; comment; note; observation; remarks comments; commentaire; observations; remarque; observacao; comentario; nota; observacoes; obs`},
		{Unknown, `target group; target population; beneficiary; target beneficiary; groupe cible; population cible; beneficiaire; grupo alvo; populacao alvo; beneficiario; publico alvo;
			priority level; status; progress; implementation status; funding status; budget status; achievement; actual; statut; etat avancement; niveau priorite; progres; realisation; estado; estado implementacao; progresso; prioridade;
			budget line; budget code; budget gap; funding gap; gap; ligne budgetaire; code budgetaire; ecart; linha orcamental; rubrica; legal basis; base legale; base legal; location; lieu; local; district; province; region; contact; telephone; email;
			expenditure; spent; amount spent; depense; despesa; unit; unite; unidade; unit cost; cout unitaire; custo unitario; quantity; quantite; quantidade; frequency; frequence; frequencia; data collection method`},
	} {
		for _, text := range strings.Split(group.texts, ";") {
			if words := strings.Fields(text); len(words) > 0 {
				first := words[0][0]
				list[first] = append(list[first], phrase{words, group.field})
			}
		}
	}
	return list
}()
