-- The books on Citus: run once, after the program has made the schema and before it has written anything. Partitions made
-- later are distributed with their table. Not part of the migrations, and not tested here; see decision 0011.

SELECT create_reference_table('institution');
SELECT create_reference_table('item');
SELECT create_reference_table('directory');
SELECT create_reference_table('archive');
SELECT create_reference_table('closing');
SELECT create_reference_table('schema_version');

-- What belongs to a person lies on one node.
SELECT create_distributed_table('standing', 'person');
SELECT create_distributed_table('person', 'person', colocate_with => 'standing');
SELECT create_distributed_table('fact', 'subject', colocate_with => 'standing');
SELECT create_distributed_table('visit', 'person', colocate_with => 'standing');
SELECT create_distributed_table('sheet', 'person', colocate_with => 'standing');
SELECT create_distributed_table('entry', 'person', colocate_with => 'standing');
SELECT create_distributed_table('undone', 'person', colocate_with => 'standing');

-- Looked up by other names than a person's.
SELECT create_distributed_table('message', 'institution', colocate_with => 'none');
SELECT create_distributed_table('document', 'owner', colocate_with => 'none');
SELECT create_distributed_table('credential', 'number', colocate_with => 'none');
