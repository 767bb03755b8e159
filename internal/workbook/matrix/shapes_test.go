package matrix

// shape is a matrix as a text.
type shape struct{ name, about, text string }

// The matrices are invented for these tests: no ministry's plan stands in them.
// A line is a row, its cells stand between bars; "~" is a blank row, "\n" within a
// cell a new line, "# name" begins a sheet, "= A1:B2" merges cells,
// "@2022-06-01 mmm-yy" is a day with the format in which it is shown, and
// "%1.1 0.00" a number with its own. Names with .csv are one sheet with semicolons.
var shapes = []shape{
	{"en_plain", "English: one header under titles, a table of rows", `
# Matrix
National Action Plan to Combat Trafficking in Persons 2021-2023
Implementation matrix (draft for validation)
~
No.|Activity|Indicator|Means of Verification|Lead Agency|Supporting Agencies|Timeframe|Budget (USD)|Source of Funding
1.1|Train police investigators on trafficking cases|Number of investigators trained|Training reports|LMPS|MoHA, IOM|Q2 2022|45 000|GoL
1.2|Review the anti-trafficking law|Bill tabled|Parliament records|Ministry of Law and Justice|MoHA; Law Reform Commission|by June 2023|12,500.50|UNODC
1.3|Run a national awareness campaign|People reached|Campaign report|Ministry of Information, Communications and Technology|NGOs and Media|2021-2023|1,200,000.50|IOM
1.4|Maintain the hotline|Calls answered|Hotline log|MoSD|-|Ongoing|TBD|
1.5|Publish a yearly report|Report published|Website|MoHA (lead), MoSD; Police||2021, 2022 and 2023|US$ 30,000|GoL
`},
	{"en_merged", "English: pillar and objective merged over rows, targets and budget over years in a second header row", `
# NAP 2022-2024
Ministry of Home Affairs - anti-trafficking action plan
Thematic Area|Strategic Objective|Activity|Key Performance Indicator|Baseline|Targets|||Responsible||Budget (LSL '000)|||Assumptions
|||||2022|2023|2024|Lead|Support|2022|2023|2024|
Prevention|1. Raise public awareness|1.1 Broadcast radio programmes|Programmes broadcast|0|12|24|24|MoCST|MoHA|50|75|75|Air time is free
||1.2 Teach learners about trafficking|Schools reached|10|50|100|150|MoET|Save the Children|120.5|130|140|
|2. Reduce vulnerability|2.1 Give work permits faster|Days to a permit|60|45|30|30|MoLE||0|10||Staff stay
Protection|3. Care for victims|3.1 Open a second shelter|Shelters open|1|1|2|2|MoSD|Beautiful Gate; IOM|500|900|400|Land is found
||3.2 Adopt referral guidelines|Guidelines adopted|No|Draft|Adopted||MoHA|All ministries||20||
= A4:A6
= B4:B5
= A7:A8
= B7:B8
= F2:H2
= I2:J2
= K2:M2
`},
	{"en_heading_rows", "English: pillars and objectives as rows of their own, sub-totals, a legend and notes", `
# Plan
ACTION PLAN
Ref|Key Activities|Output Indicators|Responsible Institution|Start Date|End Date|Cost (M)
PILLAR 1: PREVENTION
Objective 1.1: Inform the public
1.1.1|Print leaflets in Sesotho and English|Leaflets printed|Ministry of Home Affairs|Jan 2022|Mar 2022|M 20 000
1.1.2|Hold public gatherings in ten districts|Gatherings held|District Child Protection Teams|01/04/2022|31/12/2022|M 1.2 million
Sub-total||||||1 220 000
Objective 1.2: Inform those who travel
1.2.1|Put up posters at border posts|Posters up|Immigration|Q1 2022|Q2 2022|15000
PILLAR 2: PROSECUTION
Objective 2.1: Investigate better
2.1.1|Set up a special unit in the police|Unit working|LMPS|2022|2023|2,500,000
2.1.2|Train prosecutors and magistrates|People trained|DPP / Judiciary|2022|mid 2023|150 000
Sub-total||||||2 650 000
GRAND TOTAL||||||3 885 000
~
Legend:
LMPS|Lesotho Mounted Police Service
DPP|Director of Public Prosecutions
Note: costs are estimates.
`},
	{"en_sheets", "English: a sheet per pillar, quarters with marks, a cover and a hidden list", `
# Cover
Republic of Somewhere
Plan of Action 2022-2023
# Pillar 1 - Prevention
Activities|Performance indicators|Lead|Partners|Timeframe|||||||
||||2022||||2023|||
||||Q1|Q2|Q3|Q4|Q1|Q2|Q3|Q4
1.1 Map the places where recruiters work|Map made|MoHA|UNODC|x|x||||||
1.2 Warn job seekers online|Views|MoLE|Telecom companies||||x|x|x||
= E1:L1
= E2:H2
= I2:L2
# Pillar 2 - Protection
Activities|Performance indicators|Lead|Partners|Timeframe|||||||
||||2022||||2023|||
||||Q1|Q2|Q3|Q4|Q1|Q2|Q3|Q4
2.1 Train social workers|Workers trained|MoSD|NGOs, UNICEF|||X|X||||
2.2 Equip the shelter|Shelter equipped|MoSD|MoF|||||||x|x
= E1:L1
# Lists
hidden
Status
Done
`},
	{"en_continued", "English: texts that go on in the next row, several indicators and funders of one activity", `
# Sheet1
Nr|Activity|Indicator|Target|Baseline|Responsible|Timeline|Budget|Donor
1|Develop standard operating|Procedures approved|1 set|0|Ministry of|Jan 2022 -|USD 10,000|UNODC
|procedures for identification||||Home Affairs|Dec 2022||
||Officers using them|200|0||||
2|Build a database of cases|Database in use|1|0|Police|2022-2023|US$ 80,000|IOM
||Cases entered|all|none|||M 50 000|Government of Lesotho
3|Hold a yearly conference of all courts|Conferences|2|0|Judiciary;\nMoHA|Annually, 2022-2023|USD 5,000 (EU)\nUSD 2,000 (GoL)|
`},
	{"en_excel", "English: numbers that Excel made days of, days as Excel keeps them", `
# Action Plan
#|Action|Who|Begin|Deadline|Amount in USD|Comments
%1 0|PREVENTION
@2026-01-01 d-mmm|Talk with employers|MoLE|@2022-01-10 dd/mm/yyyy|@2022-06-30 dd/mm/yyyy|%12500 #,##0|
@2026-02-01 d-mmm|Inspect farms and factories|MoLE and Police|@2022-02-01 mmm-yy|@2022-12-01 mmm-yy|%40000.5 #,##0.00|With the union
%1.3 0.0|Licence recruitment agencies|MoLE|@2022-03-01 mmm-yy|2023|%0 0|
%2 0|PROTECTION
%2.1 0.0|Pay for medical care|MoH|2022|continuous|%99000 #,##0|
@2026-02-02 d-mmm|Find interpreters|MoHA|2022|2023|%7000 #,##0|
`},
	{"en_typing", "English: headings abbreviated and mistyped, columns that nobody knows", `
# Sheet 1
S/N|Strategic Objectve|Planed Activites|Perf. Indicators|MoV|Resp. Inst.|Collaborating Partners|Time Frme|Est. Budget (US$)|Risks & Assumptions|Target Group|Status (2022)
1|Better laws|Ratify the protocol|Protocol ratified|Treaty record|MoFA|UNODC|2022|5000|Parliament sits|Parliament|On track
2||Amend the labour code|Code amended|Gazette|MoLE|ILO|Jan-Mar 2023|8000||Workers|Not begun
3|Better data|Share data each quarter|Reports shared|Reports|BoS|Police / DPP|continuous|n/a|Data exist|Analysts|Late
`},
	{"en_two_tables", "English: the header repeated for each pillar, the second table with other columns", `
# Matrix
Pillar 1: Prevention
Activity|Responsible Party|Timeline|Cost USD
Screen labour migrants|Immigration Department|Q3 2022|1 500
Publish rights cards in five languages|MoLE|by end of 2022|3 000
~
Pillar 2: Partnership
Activity|Responsible Party|Timeline|Cost USD
Sign an agreement with South Africa|MoFA|by December 2023|0
~
Pillar 3: Coordination
Outputs|Activity|Lead|Supporting|Timeline
Committee works|Meet every quarter|MoHA|All members|Quarterly, 2022-2023
|Report to Cabinet|MoHA||Year 1
`},
	{"en_levels", "English: outcome, output, activity and sub-activity in columns, each with its number", `
# Logframe
No.|Expected Outcome|No.|Outputs|No.|Activities|No.|Sub-activities|Lead institution|Support|When|Cost
1|Victims are protected|1.1|Shelters work|1.1.1|Refurbish shelters|1.1.1.1|Assess the buildings|MoSD|MoPW|Q1 2022|10,000
||||||1.1.1.2|Repair roofs|MoPW|MoSD|Q2 2022|250,000
||||1.1.2|Hire staff|1.1.2.1|Advertise posts|MoSD|MPS|Jul 2022|1,000
||1.2|Victims get legal help|1.2.1|Pay for lawyers|||Legal Aid|LMPS|Continuous|60,000
2|Offenders are punished|2.1|Courts are quick|2.1.1|Set up special courts|2.1.1.1|Name magistrates|Judiciary|MoJ|2023|0
= B2:B5
= D2:D4
`},
	{"en_shared_cells", "English: lead, time and budget merged over several activities", `
# NPA
Objective|Activity|Indicator|Lead|Supporting|Timeframe|Budget USD
Coordinate|Appoint a secretariat|Secretariat works|MoHA|PMO|2022|20 000
|Meet every month|Meetings|||2022|
|Make a joint work plan|Plan made||||
Report|Collect data from districts|Districts reporting|MoHA|District Administrators|2022-2023|15 000
|Publish the yearly report|Report|||2023|
= A2:A4
= D2:D4
= E2:E4
= G2:G4
= A5:A6
= D5:D6
= E5:E6
= G5:G6
`},
	{"fr_plain.csv", "French: a CSV with accents", `
Plan d'action national de lutte contre la traite des personnes;;;;;;;;
;;;;;;;;
N°;Activités;Indicateurs de performance;Sources de vérification;Responsable;Partenaires;Période d'exécution;Coût estimé (FCFA);Source de financement
1.1;Former les officiers de police judiciaire;Nombre d'officiers formés;Rapports de formation;Ministère de la Justice;Police nationale, OIM;2e trimestre 2022;25 000 000 FCFA;État
1.2;Réviser la loi de 2012;Loi adoptée;Journal officiel;Ministère de la Justice;Parlement;d'ici juin 2023;3.500.000;ONUDC
1.3;Sensibiliser les communautés frontalières;Nombre de séances;Comptes rendus;CNLTP;ONG;2021-2023;12 000 000;OIM
1.4;Tenir la ligne verte;Appels reçus;Registre;Ministère de la Famille;;continu;à déterminer;
Total;;;;;;;40 500 000;
`},
	{"fr_merged", "French: axes and objectives merged, lead and support in one cell, cost by year", `
# Matrice
MATRICE DU PLAN D'ACTION
Axe stratégique|Objectif spécifique|Actions prévues|Indicateurs|Valeur de référence|Cible|Acteurs|Échéance|Coûts (en milliers de FCFA)||Hypothèses / Risques
|||||||| 2022|2023|
Axe 1 : Prévention|Objectif 1.1 : Informer la population|1.1.1 Produire des émissions de radio|Émissions diffusées|0|24|Chef de file : Ministère de la Communication. Appui : Radios communautaires; UNICEF|décembre 2022|5 000|2 500|Temps d'antenne gratuit
||1.1.2 Former les enseignants|Enseignants formés|150|1 000|Ministère de l'Éducation (chef de file), OIM|d'ici fin 2023|8 000|8 000|
Axe 2 : Protection|Objectif 2.1 : Prendre en charge les victimes|2.1.1 Ouvrir un centre d'accueil|Centre ouvert|0|1|Chef de file: MASFN\nAppui: ONG, OIM|S1 2023||150 000|Terrain disponible
||2.1.2 Adopter un mécanisme de référencement|Mécanisme adopté|Non|Oui|MASFN|1er semestre 2022|1 200||
= A4:A5
= B4:B5
= A6:A7
= B6:B7
= I2:J2
`},
	{"fr_headings", "French: axes, objectives and results as rows, sub-totals and a signature", `
# Feuil1
PLAN D'ACTION 2022-2024
Code|Activités|Extrants|Structure responsable|Structures d'appui|Calendrier|Budget en FCFA|Observations
AXE 1 : POURSUITES
Objectif 1 : Renforcer la répression
Résultat 1.1 : Les enquêtes sont menées
A1|Créer une brigade spéciale|Brigade opérationnelle|Ministère de la Sécurité|Gendarmerie|janvier à mars 2022|150 000 000|
A2|Équiper la brigade|Matériel livré|Ministère de la Sécurité||T2 2022|80 000 000|Selon dotation
Sous-total|||||| 230 000 000|
Résultat 1.2 : Les procès sont tenus
A3|Former les magistrats|40 magistrats formés|École de la magistrature|ONUDC|2022-2024|12 500 000|
AXE 2 : PARTENARIAT
Objectif 2 : Coopérer avec les pays voisins
A4|Signer des accords bilatéraux|Accords signés|Ministère des Affaires étrangères|Ministère de la Justice|en continu|-|
TOTAL GÉNÉRAL||||||242 500 000|
Approuvé par: le Comité national
`},
	{"pt_plain", "Portuguese: plain rows, Portuguese numbers and months", `
# Plano
Plano de Acção Nacional de Combate ao Tráfico de Pessoas
Nº|Actividades|Indicadores|Meios de Verificação|Responsável|Parceiros|Prazo|Custo estimado (MT)|Fonte de financiamento|Pressupostos
1|Capacitar agentes da polícia|Número de agentes capacitados|Relatórios|Ministério do Interior|OIM, UNODC|2º trimestre de 2022|1.200.000,50|OE|Fundos disponíveis
2|Rever a Lei 6/2008|Lei revista|Boletim da República|Ministério da Justiça|Procuradoria e Parlamento|até junho de 2024|350.000|UE|
3|Divulgar mensagens nas rádios|Mensagens divulgadas|Gravações|GABINFO|Rádios comunitárias|Contínuo|75 000,00 MT|OIM|
4|Criar centros de acolhimento|Centros criados|Visitas|MGCAS (líder), MISAU; ONGs||2022-2024|a definir||
`},
	{"pt_sheets", "Portuguese: a sheet per axis, targets by year, start and end", `
# Eixo 1 - Prevenção
EIXO 1: PREVENÇÃO
Objectivo Estratégico|Acções|Indicador|Linha de base|Metas anuais||Instituição responsável|Apoio|Início|Fim|Orçamento (USD)
||||2022|2023||||| 
1. Informar a população|1.1 Realizar palestras nas escolas|Palestras|5|20|40|MINEDH|UNICEF|Jan 2022|Dez 2023|15.000,00
|1.2 Formar líderes comunitários|Líderes formados|0|100|200|MAEFP|ONGs|fevereiro de 2022|novembro de 2022|8.500
# Eixo 2 - Protecção
EIXO 2: PROTECÇÃO
Objectivo Estratégico|Acções|Indicador|Linha de base|Metas anuais||Instituição responsável|Apoio|Início|Fim|Orçamento (USD)
||||2022|2023||||| 
2. Assistir as vítimas|2.1 Criar um mecanismo de referência|Mecanismo|Não|Sim||MGCAS|IOM|01/03/2022|30/09/2022|20.000,00
|2.2 Prestar apoio jurídico|Vítimas apoiadas|12|30|60|IPAJ|OAM|2022|2023|5 000
`},
	{"pt_headings", "Portuguese: headings without their own word, two rows of header, funders within the budget", `
# Matriz
Acção|Indicadores|Entidades||Cronograma|Orçamento|Observações
||Responsável|Apoio|||
PREVENÇÃO
Informar as comunidades
Fazer teatro nas aldeias|Peças apresentadas|MICULTUR|Grupos locais|1º semestre de 2022|USD 4.000 (OIM)|
Traduzir folhetos para línguas locais|Línguas|GABINFO||até ao final de 2022|USD 2.500 (UNICEF); MT 50.000 (OE)|Quatro línguas
PROTECÇÃO
Acolher as vítimas
Reabilitar a casa de abrigo|Casa reabilitada|MGCAS|MOPHRH|de janeiro a março de 2023|MT 1.000.000|
Nota: valores indicativos
`},
	// The next four were read with the faults that docs/import.md tells before the reader was mended for them.
	{"en_logframe", "English: a log-frame whose outcomes have indicators of their own, a note column and dates of several kinds", `
# NSAP
National Strategy and Action Plan against Human Trafficking
Prepared by the Inter-Ministerial Committee
~
Intervention logic|Objectively verifiable indicators|Baseline (2020)|Target (2024)|Sources of verification|Responsible|Period|Budget 2022 (ZAR)|Budget 2023 (ZAR)|Notes
Outcome 1: Victims find help|Victims assisted a year|14|60|Shelter register|||||
Output 1.1: Shelters meet standards|Shelters licensed|0|3|Licences|MoSD||||
1.1.1 Write standards for shelters|Standards in force|0|1|Gazette|MoSD, with support of IOM|Jan - Jun 2022|R 80 000||
1.1.2 Inspect each shelter twice a year|Inspections|0|12|Reports|MoSD & MoH|From 2022 on|R 20 000|R 20 000|Needs a vehicle
Output 1.2: Victims can claim compensation|Claims paid|0|10|Court records|MoJ||||
1.2.1 Draft rules on compensation|Rules made|0|1|Gazette|Ministry of Justice|Second half of 2022|R 45 000||
1.2.2 Train court clerks|Clerks trained|0|40|Attendance lists|Judiciary|within 18 months||R 1.5 million|
Total budget|||||||145 000|1 520 000|
`},
	{"en_themes", "English: sheets named by theme with a metadata block, years with ticks, lead and partners by line", `
# PREVENTION
Programme area:|Prevention
Strategic goal:|Fewer people are trafficked
~
S/No|Priority actions|Milestones / targets|Implementing agencies|2022|2023|2024|Estimated cost (USD 000)|Possible funding
1|Hold radio debates|24 debates|Lead: MoCST\nPartners: NGOs, churches|✓|✓||12|UNICEF
2|Reach taxi drivers|500 drivers|Lead: MoPW|✓|||4.5|
3|Study demand for cheap labour|Study published|Lead: NUL\nPartners: MoLE|||✓|20|EU / GoL
# PROTECTION
Programme area:|Protection
Strategic goal:|Victims recover
~
S/No|Priority actions|Milestones / targets|Implementing agencies|2022|2023|2024|Estimated cost (USD 000)|Possible funding
4|Offer counselling|100 clients|Lead: MoSD\nPartners: MoH; NGOs|✓|✓|✓|30|GoL
5|Bring victims home safely|Guidelines|Lead: MoFA|✓|||8|IOM
`},
	{"fr_results", "French: strategic axes in the first column of merged rows, results, periods in many forms", `
# Plan opérationnel
PLAN OPERATIONNEL 2022-2023
Axes|Résultats attendus|Activités|IOV|Responsables|Autres intervenants|Chronogramme|Budget (F CFA)|Bailleurs|Risques
I. Prévention|R1. La population connaît les risques|Organiser des causeries dans les villages|50 causeries|Direction de la Protection sociale|Chefs de village|T1 2022 - T4 2022|2 500 000|UNICEF|Insécurité
||Produire un film|1 film|Ministère de la Culture||avant fin juin 2022|8 000 000|À rechercher|
|R2. Les employeurs respectent la loi|Inspecter les chantiers|100 visites|Inspection du travail et Gendarmerie|Syndicats|Trimestriellement|1,2 million|Budget national|
II. Poursuites|R3. Les trafiquants sont jugés|Créer un pôle judiciaire|Décret signé|Ministère de la Justice|ONUDC|2022|néant||Changement de gouvernement
||Informatiser les parquets|6 parquets|Ministère de la Justice et des Droits humains|PNUD|de mars 2022 à février 2023|45 000 000|PNUD / Union européenne|
= A3:A5
= B3:B4
= A6:A7
= B6:B7
`},
	{"pt_letters", "Portuguese: programme and sub-programme rows, responsible and co-responsible, values in dobras by year", `
# Matriz de acções
MATRIZ DE ACÇÕES 2023-2024
Ord.|Acção|Resultado esperado|Indicador de desempenho|Entidade responsável|Outros intervenientes|Calendarização||Estimativa de custos||Obs.
||||||Início|Término|2023|2024|
A|PREVENÇÃO
A.1|Formar professores|Professores alertam os alunos|200 professores formados|Ministério da Educação|UNICEF|02/2023|11/2023|150 000|0|
A.2|Criar clubes escolares|Alunos informados|20 clubes|Ministério da Educação|Associações de pais|Março 2023|Dezembro 2024|80 000|80 000|
B|ASSISTÊNCIA
B.1|Abrir uma linha telefónica|Vítimas pedem ajuda|Linha aberta|Polícia Nacional|CST|1º trim. 2023|-|300 000|50 000|Número gratuito
Subtotal||||||||530 000|130 000|
= G2:H2
= I2:J2
`},
	// So were these three, after that.
	{"en_phased", "English: objective and output rows within the activity column, a two-row header with a phased budget, responsible and when in one column each", `
# Implementation Plan
THE NATIONAL PLAN OF ACTION ON HUMAN TRAFFICKING
Implementation Framework 2023/24 - 2025/26
~
Item|Planned Interventions|Verifiable Indicators|Who is responsible|Collaborators|When|Budget in Maloti|||Funding Status
||||||2023/24|2024/25|2025/26|
1|Strategic Objective 1: Strengthen laws
1.1|Amend the Act of 2011|Amended act|Attorney General's Office|Ministry of Home Affairs, Parliament|By March 2024|150,000|||Funded
1.2|Print and spread the amended act|2 000 copies|Government Printer||April to June 2024||85,000||Not funded
2|Strategic Objective 2: Strengthen those who enforce them
2.1|Give the border police scanners|Scanners in use|Border Police / Immigration|IOM|FY 2024/25||M1.8m||Gap
2.2|Exchange officers with neighbours|Exchanges|LMPS|SAPS|Twice a year from 2023|40 000|40 000|40 000|
|SUB TOTAL|||||190,000|1,925,000|40,000|
`},
	{"fr_sheets", "French: a sheet for each axis with its title, indicators in lists within a cell, periods and costs as sentences", `
# Axe 1
AXE 1 : PRÉVENTION ET SENSIBILISATION
Objectifs|Actions|Indicateurs|Cibles 2023|Cibles 2024|Pilote|Acteurs associés|Délais|Coût (millions FCFA)
Objectif 1 : Mobiliser les jeunes|Tenir des caravanes|- Caravanes tenues\n- Jeunes touchés|3\n5 000|4\n8 000|Ministère de la Jeunesse|ONG et associations|Juillet 2023 à décembre 2024|12,5
|Former des pairs éducateurs|Pairs formés|60|60|Ministère de la Jeunesse|UNFPA|3e trimestre 2023|4
# Axe 2
AXE 2 : PROTECTION DES VICTIMES
Objectifs|Actions|Indicateurs|Cibles 2023|Cibles 2024|Pilote|Acteurs associés|Délais|Coût (millions FCFA)
Objectif 2 : Héberger les victimes|Rénover le foyer de transit|Foyer rénové|1||Ministère des Affaires sociales|Mairie; OIM|Dès que possible|30
|Recruter des psychologues|Psychologues en poste|2|4|Ministère de la Santé|Ordre des psychologues|Fin 2023|environ 9
= A3:A4
`},
	{"pt_objectives", "Portuguese: objectives as rows with letters, meta and prazo as text, several responsible by line, a legend beside", `
# Plano de Actividades
República de Algures
Plano Nacional 2022-2025 - Matriz operacional
Cód.|Descrição da actividade|Meta|Indicador de verificação|Responsáveis|Data de início|Data de conclusão|Orçamento|Moeda|Fonte
Objectivo 1 – Prevenir o tráfico nas zonas de origem
1.1|Mapear as zonas de risco|1 mapa|Mapa publicado|INE|Jan/2022|Jun/2022|25.000|USD|PNUD
1.2|Envolver autoridades tradicionais|80 líderes|Actas de reuniões|Ministério da Administração Estatal\nMinistério da Cultura e Turismo|01-07-2022|31-12-2022|600.000|MZN|OE
Objectivo 2 – Proteger as vítimas
2.1|Treinar assistentes sociais|120 assistentes|Certificados|INAS|2º semestre de 2022|2023|1,1 milhões|MZN|OE
2.2|Montar uma base de dados|Base activa|Relatórios|PGR (líder) / SERNIC|2023|permanente|a orçamentar||
Total|||||||||
* OE: Orçamento do Estado
`},
}

// unseen are matrices that were written, with what is to be read in them, after
// the reader was finished; it was not changed for their sake.
var unseen = []shape{
	{"en_unseen", "English: activities below outputs in one column, quarters of two years as text, roles in three columns, money in two currencies", `
# Annual work plan
Counter Trafficking Secretariat
Annual Work Plan and Budget, 2024 and 2025
~
Outputs and activities|Performance measures|Data sources|Lead|Co-lead|Partners|Quarter|Cost in M|Cost in US$|Comments
Output 1: Frontline officers know the indicators of trafficking
Activity 1.1: Adapt the training manual|Manual adapted|Manual|Secretariat|LMPS|IOM|Q1 2024|60 000||
Activity 1.2: Train officers at ten border posts|200 officers trained|Attendance lists|LMPS|Immigration|UNODC, IOM|Q2-Q4 2024|350 000|18 500|UNODC pays for travel
Output 2: The public reports suspicions
Activity 2.1: Advertise the hotline on buses|40 buses|Photographs|Secretariat||Bus owners|Jul 2024 - Jun 2025|120 000|||
Activity 2.2: Answer calls day and night|Calls answered|Hotline log|MGYSR||Childline|Throughout|480 000||Two shifts
Total for Output 2|||||||600 000||
`},
	{"fr_unseen", "French: numbered activities under a number and a text, baseline and target with their year in one cell, months abbreviated", `
# PAN
Plan d'action national 2024-2026
Réf.|Axe / Activité|Indicateur (IOV)|Base (2023)|Cible 2026|Moyens de vérification|Resp.|Partenaires|Début|Fin|Budget (€)|Source
1|Coordination
1.1|Mettre en place un secrétariat permanent|Secrétariat fonctionnel|0|1|Arrêté|Primature|Tous les ministères|janv. 2024|juin 2024|45 000|État
1.2|Tenir des réunions trimestrielles|Réunions tenues|1|12|Procès-verbaux|Secrétariat permanent|-|01/07/2024|31/12/2026|9 000,50|État
2|Assistance aux victimes
2.1|Signer des conventions avec les hôpitaux|Conventions signées|0|6|Conventions|Ministère de la Santé|Ordre des médecins et OMS|févr. 2024|déc. 2025|néant|
2.2|Créer un fonds d'indemnisation|Fonds créé|Non|Oui|Loi de finances|Ministère des Finances|Ministère de la Justice|2025|2026|1,5 M|UE
`},
	{"pt_unseen", "Portuguese: component and result in merged columns, who does what in a sentence, years with crosses", `
# Folha1
PLANO OPERACIONAL
Componente|Resultados|Actividades principais|Indicadores de resultado|Quem faz|Quem apoia|2024|2025|2026|Custo (USD)|Riscos
Prevenção|R1: Comunidades informadas|Produzir programas de rádio|Programas emitidos|Rádio Nacional|UNICEF; igrejas|X|X||12.500,00|Falta de energia
||Formar activistas|Activistas formados|Ministério da Família e Promoção da Mulher|ONG|X|||8.000|
Repressão|R2: Investigações eficazes|Criar brigadas provinciais|Brigadas criadas|SIC|PGR, SME||X|X|250.000,00|
||Adquirir equipamento|Equipamento entregue|Ministério do Interior (coordenação) e Finanças||X|X|X|1,2 milhões|
= A3:A4
= A5:A6
`},
}
