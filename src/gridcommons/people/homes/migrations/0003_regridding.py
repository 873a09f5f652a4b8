import django.db.models.deletion
import gridcommons.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('homes', '0002_rest_of_a_shield'),
    ]

    operations = [
        migrations.CreateModel(
            name='Regridding',
            fields=[
                ('id', models.UUIDField(default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_code', models.CharField(max_length=20)),
                ('to_code', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=300)),
                ('made_by', models.CharField(max_length=80)),
                ('made_at', models.DateTimeField()),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='regriddings', to='homes.dwelling')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('from_code', models.F('to_code')), _negated=True), name='regridding_to_another'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='regridding_for_a_reason'),
                ],
            },
        ),
    ]
