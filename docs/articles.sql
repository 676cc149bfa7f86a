-- For DuckDB, started in DATA_DIR: cd data && duckdb -init ../docs/articles.sql
-- Made from the class Article in newscrawl/items.py: make schema

-- Every line of the record: one revision of one article.
CREATE OR REPLACE VIEW articles AS
SELECT * FROM read_json('articles/*/*.jsonl', format = 'newline_delimited', columns = {
  id: 'VARCHAR',
  url: 'VARCHAR',
  outlet: 'VARCHAR',
  outlet_name: 'VARCHAR',
  kind: 'VARCHAR',
  headline: 'VARCHAR',
  description: 'VARCHAR',
  body: 'VARCHAR',
  dateline: 'VARCHAR',
  authors: 'VARCHAR[]',
  sections: 'VARCHAR[]',
  topics: 'VARCHAR[]',
  published_at: 'TIMESTAMPTZ',
  modified_at: 'TIMESTAMPTZ',
  language: 'VARCHAR',
  image: 'STRUCT(url VARCHAR, caption VARCHAR, credit VARCHAR)',
  parent_id: 'VARCHAR',
  word_count: 'BIGINT',
  content_hash: 'VARCHAR',
  revision: 'BIGINT',
  previous_hash: 'VARCHAR',
  duplicate_of: 'VARCHAR',
  similarity: 'DOUBLE',
  first_seen_at: 'TIMESTAMPTZ',
  crawled_at: 'TIMESTAMPTZ',
  provenance: 'MAP(VARCHAR, VARCHAR)',
  schema_version: 'BIGINT'
});

-- Each article once, as it now stands.
CREATE OR REPLACE VIEW latest AS
SELECT * FROM articles QUALIFY row_number() OVER (PARTITION BY id ORDER BY revision DESC) = 1;
