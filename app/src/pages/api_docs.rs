//! `/api/docs`: the API as it describes itself. Its words are the document's own, in English.

use leptos::prelude::*;

use crate::{
    context::PageView,
    paths,
    text::{Text, t},
};

/// What the API says of itself, as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiDocs {
    /// What it is.
    pub intro: String,
    /// Its calls, by what they are about.
    pub groups: Vec<CallGroup>,
    /// What can go wrong.
    pub problems: Vec<ProblemKind>,
}

/// Calls that are about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallGroup {
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub text: String,
    /// The calls.
    pub calls: Vec<Call>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its name, and its anchor on the page.
    pub id: String,
    /// In capitals.
    pub method: String,
    /// With places in braces.
    pub path: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// The rest of it.
    pub text: String,
    /// What it asks for.
    pub token: TokenNeed,
    /// What stands in its address and its header.
    pub parameters: Vec<Member>,
    /// What it carries.
    pub body: Vec<Member>,
    /// What comes back.
    pub answers: Vec<Answer>,
    /// A line for a terminal.
    pub curl: String,
}

/// What a call asks of whoever calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenNeed {
    /// Nothing.
    No,
    /// A token or something in its place.
    Optional,
    /// A token with this scope, or with whatever scope.
    Scope(Option<String>),
}

/// A parameter, or a member of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means.
    pub text: String,
}

/// What comes back under one status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// What it means.
    pub text: String,
    /// The problems that have this status.
    pub problems: Vec<String>,
    /// The members of the document that comes with it.
    pub members: Vec<Member>,
}

/// A kind of problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// The end of its type, and of its anchor.
    pub name: String,
    /// The whole type.
    pub whole: String,
    /// In words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What it means.
    pub text: String,
}

/// The whole page.
pub fn api_docs_page(docs: ApiDocs) -> PageView {
    PageView::new(move || page(docs))
}

fn page(docs: ApiDocs) -> impl IntoView {
    let contents: Vec<_> = docs.groups.iter().map(contents_of).collect();
    let groups: Vec<_> = docs.groups.into_iter().map(group).collect();
    let problems: Vec<_> = docs.problems.into_iter().map(problem).collect();
    view! {
        <main id="content" class="page api" tabindex="-1">
            <h1>{t(Text::ApiDocsTitle)}</h1>
            <p class="lede">{t(Text::ApiDocsLede)}</p>
            <p lang="en">{docs.intro}</p>
            <p>{t(Text::ApiDocsFile)} " " <a href=paths::OPENAPI>{paths::OPENAPI}</a></p>
            <nav class="card" aria-label=t(Text::ApiDocsContents)>
                <ul class="api__contents" role="list">
                    {contents.collect_view()}
                    <li><a href="#problems">{t(Text::ApiDocsProblems)}</a></li>
                </ul>
            </nav>
            {groups.collect_view()}
            <section aria-labelledby="problems">
                <h2 id="problems">{t(Text::ApiDocsProblems)}</h2>
                <p>{t(Text::ApiDocsProblemsLede)}</p>
                {problems.collect_view()}
            </section>
        </main>
    }
}

fn contents_of(group: &CallGroup) -> impl IntoView + use<> {
    let calls = group.calls.iter().map(|call| {
        let href = format!("#{}", call.id);
        let (method, path) = (call.method.clone(), call.path.clone());
        view! { <li><a href=href><code>{method} " " {path}</code></a></li> }
    });
    let calls: Vec<_> = calls.collect();
    view! {
        <li lang="en">
            {group.name.clone()}
            <ul role="list">{calls.collect_view()}</ul>
        </li>
    }
}

fn group(group: CallGroup) -> impl IntoView {
    let calls: Vec<_> = group.calls.into_iter().map(call).collect();
    view! {
        <section>
            <h2 lang="en">{group.name}</h2>
            <p lang="en">{group.text}</p>
            {calls.collect_view()}
        </section>
    }
}

fn call(call: Call) -> impl IntoView {
    let heading = format!("{}-heading", call.id);
    let labelled_by = heading.clone();
    let token = match call.token {
        TokenNeed::No => view! { <span class="badge">{t(Text::ApiDocsNoToken)}</span> }.into_any(),
        TokenNeed::Optional => {
            view! { <span class="badge">{t(Text::ApiDocsTokenOptional)}</span> }.into_any()
        }
        TokenNeed::Scope(None) => {
            view! { <span class="badge">{t(Text::ApiDocsAnyToken)}</span> }.into_any()
        }
        TokenNeed::Scope(Some(scope)) => {
            view! { <span class="badge badge--success">{t(Text::ApiDocsScope)} " " {scope}</span> }
                .into_any()
        }
    };
    let answers: Vec<_> = call.answers.into_iter().map(answer).collect();
    view! {
        <article class="card api__call" id=call.id aria-labelledby=labelled_by>
            <h3 id=heading><code>{call.method} " " {call.path}</code></h3>
            <p>{token}</p>
            <p lang="en"><strong>{call.summary}</strong></p>
            {(!call.text.is_empty()).then(|| view! { <p lang="en">{call.text}</p> })}
            {members(Text::ApiDocsParameters, call.parameters)}
            {members(Text::ApiDocsBody, call.body)}
            <h4>{t(Text::ApiDocsAnswers)}</h4>
            <dl class="facts">{answers.collect_view()}</dl>
            <h4>{t(Text::ApiDocsTry)}</h4>
            <pre class="terminal" lang="en"><code>{call.curl}</code></pre>
        </article>
    }
}

fn answer(answer: Answer) -> impl IntoView {
    let problems = answer.problems.into_iter().map(|name| {
        let href = format!("#problem-{name}");
        view! { <a href=href>{name}</a> " " }
    });
    let problems: Vec<_> = problems.collect();
    let list = (!answer.members.is_empty()).then(|| table(answer.members));
    view! {
        <div>
            <dt><code>{answer.status}</code></dt>
            <dd lang="en">{answer.text} {problems.collect_view()} {list}</dd>
        </div>
    }
}

fn members(heading: Text, members: Vec<Member>) -> Option<impl IntoView> {
    (!members.is_empty()).then(|| view! { <h4>{t(heading)}</h4> {table(members)} })
}

fn table(members: Vec<Member>) -> impl IntoView {
    let rows = members.into_iter().map(|member| {
        let required = member.required.then(|| {
            view! { " " <span class="meta">{t(Text::ApiDocsRequired)}</span> }
        });
        view! {
            <div>
                <dt><code>{member.name}</code></dt>
                <dd lang="en">
                    <code>{member.kind}</code>
                    {required}
                    <br/>
                    {member.text}
                </dd>
            </div>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! { <dl class="facts api__members">{rows.collect_view()}</dl> }
}

fn problem(kind: ProblemKind) -> impl IntoView {
    let id = format!("problem-{}", kind.name);
    view! {
        <article class="api__problem" id=id lang="en">
            <h3>{kind.title} " " <span class="badge">{kind.status.to_string()}</span></h3>
            <p><code>{kind.whole}</code></p>
            <p>{kind.text}</p>
        </article>
    }
}
