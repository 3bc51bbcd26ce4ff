//! `/admin/audit/export`: a part of the trail as a file, as long as it may be.

use app::{
    context::PageContext,
    pages::admin::{PageQuery, audit::wanted},
};
use axum::body::{Body, Bytes};
use domain::{
    admin::{AdminDesk, Desk},
    audit::{EventFilter, csv_header, csv_line, json_line},
    store::StorageError,
};
use futures_util::stream;
use http::{
    HeaderValue, Response,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

/// So many events are read at once.
const AT_ONCE: usize = 500;

/// Whoever reads may not any more.
#[derive(Debug, thiserror::Error)]
#[error("the reader is an administrator no more")]
struct Over;

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
}

struct Export {
    desk: AdminDesk,
    filter: EventFilter,
    form: Form,
    before: Option<String>,
    begun: bool,
}

/// What an address asks for.
pub(super) enum Asked {
    /// A file.
    File(Response<Body>),
    /// A part of the trail that can't be told from what it says.
    Unreadable,
    /// Nothing that there is, or nothing for this reader.
    Nothing,
}

/// The file that an address asks for.
pub(super) async fn export(page: &PageContext, desk: &Desk) -> Result<Asked, StorageError> {
    let Some(admin) = desk.admin().cloned() else {
        return Ok(Asked::Nothing);
    };
    let query = PageQuery::of(&page.path_and_query);
    let name = query.get("form").unwrap_or_default();
    let (form, kind) = match name {
        "csv" => (Form::Csv, "text/csv; charset=utf-8"),
        "jsonl" => (Form::Json, "application/jsonl; charset=utf-8"),
        _ => return Ok(Asked::Nothing),
    };
    let (filter, bad) = wanted(&query, desk).await?;
    if !bad.is_empty() {
        return Ok(Asked::Unreadable);
    }
    admin.note_export(name, &filter).await?;
    let export = Export {
        desk: admin,
        filter,
        form,
        before: None,
        begun: false,
    };
    let pieces = stream::unfold(Some(export), |export| async move {
        let mut export = export?;
        match export.next().await {
            Ok(None) => None,
            Ok(Some(piece)) => Some((Ok(piece), Some(export))),
            // The file breaks off, so that nobody takes it for whole.
            Err(error) => Some((Err(error), None)),
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let attached = format!("attachment; filename=\"audit.{name}\"");
    if let Ok(attached) = HeaderValue::from_str(&attached) {
        headers.insert(CONTENT_DISPOSITION, attached);
    }
    Ok(Asked::File(response))
}

impl Export {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        // A file may take longer than the role of whoever reads it lasts.
        if self.begun && self.desk.is_over().await? {
            return Err(StorageError::Unavailable(Box::new(Over)));
        }
        let before = self.before.as_deref();
        let events = self.desk.events(&self.filter, before, AT_ONCE).await?;
        let mut piece = String::new();
        if let (Form::Csv, false) = (self.form, self.begun) {
            piece.push_str(csv_header());
        }
        self.begun = true;
        for listed in &events {
            piece.push_str(&match self.form {
                Form::Csv => csv_line(&listed.event),
                Form::Json => json_line(&listed.event),
            });
        }
        if let Some(last) = events.last() {
            self.before = Some(last.event.id.clone());
        }
        Ok((!piece.is_empty()).then(|| piece.into()))
    }
}
